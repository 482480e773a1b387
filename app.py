"""Linreg Live: `streamlit run app.py`.

The server imports this file for `app`; every visitor's session then runs it as its script.
"""

import os

import streamlit as st

from dashboard.streamlit_private import is_in_a_script

if not is_in_a_script():
    # Before numpy is loaded: on a busy server its threads take milliseconds to agree on nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    from dashboard.live.routes import live_routes
    from dashboard.live.server import live_server
    from dashboard.project.routes import project_routes
    from dashboard.replay.routes import replay_routes
    from dashboard.room.room_server import room_server, serving
    from dashboard.room.routes import room_routes
    from dashboard.sweep.routes import sweep_routes
    from dashboard.watch.routes import watch_routes
    from dashboard.watch.watches import watch_server

    base = st.get_option("server.baseUrlPath") or ""
    app = st.App(
        __file__,
        routes=[
            *live_routes(live_server(), base),
            *replay_routes(live_server(), base),
            *sweep_routes(live_server(), base),
            *room_routes(room_server(), base),
            *project_routes(live_server(), base),
            *watch_routes(watch_server(), base),
        ],
        lifespan=serving,
    )
else:
    from dashboard import page
    from dashboard.live.server import live_server
    from dashboard.project.drop import project_drop

    with live_server().turns.turn():
        page.set_up()
        pages = [
            st.Page("pages/play.py", title="Play", default=True),
            st.Page("pages/data.py", title="Your data"),
            st.Page("pages/sweep.py", title="Sweep"),
            st.Page("pages/saved.py", title="Saved"),
        ]
        # Reached by their buttons.
        room = st.Page("pages/room.py", title="Room", visibility="hidden")
        watch = st.Page("pages/watch.py", title="Watch", visibility="hidden")
        current = st.navigation([*pages, room, watch], position="top")
        page.links_to(pages)
        if current not in (room, watch):
            project_drop()
        current.run()
