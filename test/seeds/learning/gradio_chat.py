"""The document's Gradio example, with a function that answers."""

import os

from sdk import quick_gradio_setup

gradio_integration = quick_gradio_setup(base_url=os.environ["EARSHOT_TEST_URL"], user_id="gradio_user")


def your_response_function(message, history):
    return f"Answer {len(history) // 2 + 1} to {message}"


def chat_function(message, history):
    response, updated_history = gradio_integration.chat_with_learning(
        message=message, chatbot_response_fn=your_response_function
    )
    return response, updated_history


for words in ("I love playing guitar", "What shall I play?"):
    response, updated_history = chat_function(words, [])
    print(response, len(updated_history))
