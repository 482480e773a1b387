"""A run that is watched from elsewhere: what is sent of it, how it is read, and who sends it.

messages -> run_head, run_rows -> table_head, run_sender, which posts to a watch_address.
fair_sample keeps rows to draw while a source is read.
"""

from linreg_core.watching.messages import MOST_MESSAGE_BYTES, Message, pack_message, unpack_message
from linreg_core.watching.run_head import MOST_WATCHED_FEATURES, RunHead
from linreg_core.watching.run_rows import MOST_SHOWN_EPOCHS, RunRows

__all__ = [
    "MOST_MESSAGE_BYTES",
    "MOST_SHOWN_EPOCHS",
    "MOST_WATCHED_FEATURES",
    "Message",
    "RunHead",
    "RunRows",
    "pack_message",
    "unpack_message",
]
