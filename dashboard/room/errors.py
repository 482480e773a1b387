"""What a room refuses, each with the one sentence that is shown.

    RoomError
    ├── NoSuchRoom     no room has this code
    ├── RoomEnded      it is over
    ├── RoomIsFull     no place is left
    ├── TooManyRooms   the database holds as many open rooms as it may
    ├── NoSuchPerson   nobody here has this number or token
    ├── WasRemoved     the presenter has removed this person
    ├── BadToken       not what a browser of ours draws
    ├── NamesAreDrawn  names may not be typed here
    ├── NameIsTaken    somebody else here has this name
    ├── NoSuchTask     the room has no task of this number
    ├── NoSuchRun      no dot of this task is of this run
    ├── TooManyRuns    this person has made as many dots as one may
    ├── TaskIsOver     no run of this task may begin any more
    ├── NotKnown       a request without a token or key of this room's
    ├── TooManyGuesses too many codes without a room came from one address
    └── TooQuick       more requests in a second than a person makes

What breaks a bound (a name's length, a task's text) is a ConfigError, as everywhere.
"""

from __future__ import annotations

from linreg_core import LinregError


class RoomError(LinregError):
    """What was asked for is not possible in this room."""


class NoSuchRoom(RoomError):
    """No room has this code: it was mistyped, or the room was deleted."""

    def __init__(self) -> None:
        super().__init__("There is no room with this code. Look at the code again and type it.")


class RoomEnded(RoomError):
    """The room is over: a presenter ended it, or its day has passed."""

    def __init__(self) -> None:
        super().__init__("This room has ended. Type the code of another one.")


class RoomIsFull(RoomError):
    """No place is left."""

    def __init__(self, n_places: int) -> None:
        super().__init__(
            f"This room is full: it has {n_places} places. Ask the presenter for another room."
        )


class TooManyRooms(RoomError):
    """The database holds as many open rooms as it may."""

    def __init__(self, n_rooms: int) -> None:
        super().__init__(
            f"This server holds at most {n_rooms:,} rooms at once, and all are open. "
            "Try again later."
        )


class NoSuchPerson(RoomError):
    """Nobody in this room has this number or token."""

    def __init__(self) -> None:
        super().__init__("This person is not in the room. Join it first.")


class WasRemoved(RoomError):
    """The presenter has removed this person, for good."""

    def __init__(self) -> None:
        super().__init__("The presenter has removed you from this room.")


class BadToken(RoomError):
    """A token that no browser of ours has drawn."""

    def __init__(self) -> None:
        super().__init__(
            "A person's token must be 22 to 64 letters, digits, `-` or `_`. Reload the page."
        )


class NamesAreDrawn(RoomError):
    """The presenter has not allowed typed names."""

    def __init__(self) -> None:
        super().__init__("Names are drawn in this room: the presenter has not allowed typed ones.")


class NameIsTaken(RoomError):
    """Somebody else here has this name, or one that reads the same."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody else in this room is called {name!r}. Choose another name.")


class NoSuchTask(RoomError):
    """The room has no task of this number."""

    def __init__(self, number: object) -> None:
        super().__init__(f"This room has no task {number}. Reload the page.")


class NoSuchRun(RoomError):
    """No dot of this task is of this run: it was removed with its person, say."""

    def __init__(self) -> None:
        super().__init__("This run is not on the board.")


class TooManyRuns(RoomError):
    """This person has made as many dots as one may."""

    def __init__(self, n_runs: int) -> None:
        super().__init__(
            f"You have made {n_runs} runs at this task, the most that count. "
            "Wait for the next task."
        )


class TaskIsOver(RoomError):
    """A run was asked for of a task that is over."""

    def __init__(self) -> None:
        super().__init__("This task is over. Wait for the next one.")


class NotKnown(RoomError):
    """The request brings no token of a person here, and not the presenter's key."""

    def __init__(self) -> None:
        super().__init__("This browser is not in the room. Join it with its code.")


class TooManyGuesses(RoomError):
    """Too many codes that name no room came from one address."""

    def __init__(self) -> None:
        super().__init__(
            "Too many codes without a room were tried from here. Wait a minute, then type yours."
        )


class TooQuick(RoomError):
    """More requests in a second than a person makes."""

    def __init__(self) -> None:
        super().__init__("Too many requests in a second. Wait a moment.")
