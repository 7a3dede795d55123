"""Dataclasses that take no time to define.

The standard ones write and compile methods for each class, which takes half a millisecond: for all that one page needs,
a fifth of a call. These share theirs. `fields`, `replace` and type checkers see no difference. An object takes a
microsecond more to make, so they are for what there is one of for each page or rule, not for each line.
"""

from __future__ import annotations

import dataclasses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass
    from typing import Any, NoReturn
else:

    def dataclass(*, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        def with_methods(cls: type) -> type:
            cls = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
            shown = [__repr__] * ("__repr__" not in vars(cls))  # one of its own stays, as in the standard ones
            methods = [_init(cls), *shown, *[__eq__] * eq, *[__hash__] * (eq and frozen)]
            for method in (*methods, *[__setattr__, __delattr__] * frozen):
                setattr(cls, method.__name__, method)
            return cls

        return with_methods


def _init(cls: Any) -> Callable[..., None]:
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields]
    wanted = frozenset(names)
    defaults = {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}
    factories = [(field.name, field.default_factory) for field in fields if callable(field.default_factory)]

    def __init__(self: Any, *given: Any, **named: Any) -> None:
        values = {**defaults, **named}
        if given:
            values.update(zip(names, given, strict=False))
        for name, make in factories:
            if name not in values:
                values[name] = make()
        if values.keys() != wanted or len(given) > len(names) or not named.keys().isdisjoint(names[: len(given)]):
            raise TypeError(f"{cls.__name__} takes each of {', '.join(names)} once, and nothing else")
        self.__dict__.update(values)

    return __init__


def __repr__(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, field in self.__dataclass_fields__.items() if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def __eq__(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(self) is type(other) else NotImplemented


def __hash__(self: Any) -> int:
    return hash(_compared(self))


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name, field in self.__dataclass_fields__.items() if field.compare)


def __setattr__(self: Any, name: str, value: Any) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self: Any, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
