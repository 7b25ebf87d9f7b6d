"""What a run of a description's cases found wrong, each with the request that shows it."""

from schemathesis.engine import events


def faults_of(event: events.EngineEvent, actor: str) -> list[str]:
    """What an event says is wrong: a check that failed, or an operation that could not be asked."""
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.NonFatalError):
        return [f"{actor}: {event.label}: {event.value}"]
    if not isinstance(event, events.ScenarioFinished):
        return []
    failed = [(case, check) for case, checks in event.recorder.checks.items() for check in checks if check.failure_info]
    return [fault(event, case, check, actor) for case, check in failed]


def fault(event: events.ScenarioFinished, case: str, check: object, actor: str) -> str:
    """Write a fault with the request that shows it."""
    shown = event.recorder.interactions.get(case)
    request = f"{shown.request.method} {shown.request.uri} {(shown.request.body or b'')[:200]!r}" if shown else ""
    return f"{actor}: {event.label}: {check.name}: {check.failure_info.failure}: {request}"
