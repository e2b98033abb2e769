"""The document's quick start. EARSHOT_TEST_URL stands for its address."""

import os

from sdk import AIUserLearningSDK, ChatMessage

sdk = AIUserLearningSDK(os.environ["EARSHOT_TEST_URL"])
message = ChatMessage(
    user_id="user123",
    message="I love playing guitar",
    response="That's great! What style of music do you play?",
)
result = sdk.log_message(message)
print(f"Logged interaction: {result}")
insights = sdk.get_user_insights("user123")
print(f"User facts: {insights['facts']}")
