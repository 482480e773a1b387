"""The presenter's page of a room: where to join, the class's dots, tasks and what they came to."""

import streamlit as st

from dashboard.room.component import presenter_view

presenter_view(str(st.query_params.get("room", "")))
