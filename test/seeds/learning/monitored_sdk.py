"""The document's subclass that measures."""

import os
import time

from sdk import AIUserLearningSDK, ChatMessage


class MonitoredSDK(AIUserLearningSDK):
    def log_message(self, chat_message):
        start_time = time.time()
        try:
            result = super().log_message(chat_message)
            duration = time.time() - start_time
            print(f"Message logged in {duration:.2f}s")
            return result
        except Exception as e:
            print(f"Error logging message: {e}")
            raise


sdk = MonitoredSDK(os.environ["EARSHOT_TEST_URL"])
print(sdk.log_message(ChatMessage("monitored-user", "Hello"))["success"])
try:
    sdk.log_message(ChatMessage("monitored-user", " "))
except Exception as error:
    print(type(error).__name__)
