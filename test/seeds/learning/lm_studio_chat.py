"""The document's LM Studio example. EARSHOT_TEST_LM_STUDIO is the address of a stand-in."""

import os

from sdk import quick_lm_studio_setup

lm_integration = quick_lm_studio_setup(
    learning_url=os.environ["EARSHOT_TEST_URL"], lm_studio_url=os.environ["EARSHOT_TEST_LM_STUDIO"]
)
messages = [{"role": "user", "content": "Hello"}]
response = lm_integration.enhanced_chat_completion(
    messages=messages, user_id="lm-studio-user", model="llama-2-7b-chat"
)
print(response["choices"][0]["message"]["content"])
