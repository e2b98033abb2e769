"""The document's chatbot of one's own, with a model that repeats what it is given."""

import os

from sdk import AIUserLearningSDK, ChatMessage


def your_model_function(message, context):
    return f"{message} [{context}]"


class CustomChatbot:
    def __init__(self):
        self.sdk = AIUserLearningSDK(os.environ["EARSHOT_TEST_URL"])

    def chat(self, user_id: str, message: str) -> str:
        context = self.sdk.get_personalization_context(user_id)
        response = your_model_function(message, context)
        chat_msg = ChatMessage(
            user_id=user_id, message=message, response=response, metadata={"source": "custom"}
        )
        self.sdk.log_message(chat_msg)
        return response


bot = CustomChatbot()
print(bot.chat("custom-user", "I love playing guitar"))
print(bot.chat("custom-user", "And now?"))
