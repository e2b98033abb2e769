"""The document's checks of input: what they let through, the server takes."""

import os

from sdk import AIUserLearningSDK, ChatMessage


def validate_user_id(user_id: str) -> bool:
    return user_id.isalnum() and len(user_id) <= 50


def validate_message(message: str) -> bool:
    return len(message) <= 10000 and message.strip()


sdk = AIUserLearningSDK(os.environ["EARSHOT_TEST_URL"])
for user_id, message in (
    ("u" * 50, "a" * 10000),
    ("validated", "a" * 10001),
    ("validated", "  "),
    ("no-word", "a"),
):
    if validate_user_id(user_id) and validate_message(message):
        print(sdk.log_message(ChatMessage(user_id, message))["success"])
    else:
        print("refused")
