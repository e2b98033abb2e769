"""The document's production settings: the key comes from a variable of one's own, the rest from the documented ones."""

import os

from sdk import AIUserLearningSDK, AuthenticationError, ChatMessage

sdk = AIUserLearningSDK(base_url=os.environ["EARSHOT_TEST_URL"], api_key=os.getenv("LEARNING_API_KEY"))
print(sdk.log_message(ChatMessage("production-user", "Hello"))["success"])
os.environ["LEARNING_SYSTEM_URL"] = os.environ["EARSHOT_TEST_URL"]
os.environ["WEBHOOK_API_KEY"] = os.environ["LEARNING_API_KEY"]
print(AIUserLearningSDK().log_message(ChatMessage("production-user", "Hello again"))["success"])
for key in ("", "a-wrong-key"):
    try:
        AIUserLearningSDK(api_key=key).log_message(ChatMessage("production-user", "Hello"))
    except AuthenticationError as error:
        print(error.status, error.body)
