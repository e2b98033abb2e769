"""The document's health monitor: of a server that is there, named by the environment, and of one that is not."""

import os

from sdk import AIUserLearningSDK


def monitor_system_health():
    sdk = AIUserLearningSDK()
    if not sdk.health_check():
        print("Learning system is down!")
    else:
        print("Learning system is healthy")


os.environ["LEARNING_SYSTEM_URL"] = os.environ["EARSHOT_TEST_URL"]
monitor_system_health()
# Nobody listens on port 1.
os.environ["LEARNING_SYSTEM_URL"] = "http://127.0.0.1:1"
monitor_system_health()
