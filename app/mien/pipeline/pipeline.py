"""The way of a frame: capture, find faces, read them, look closer, decide what is shown, paint, hand out."""

import threading
import time
from collections.abc import Callable, Sequence

from mien.capture.source import FrameSource
from mien.core.face import FrameResult
from mien.core.shown import ShownChoices, ShownStage
from mien.errors import AppError, StageError, unexpected
from mien.pipeline.channel import Channel
from mien.pipeline.contracts import CloserLook, Finder, Paint, Reader, ShownMaker, read_frames
from mien.pipeline.fan_out import Failed, FanOut, SinkThread
from mien.pipeline.pace import Gate, Pace
from mien.pipeline.room import Room
from mien.pipeline.stats import PipelineStats, Stopwatches
from mien.pipeline.work import Work
from mien.sinks.sink import Sink


class Pipeline:
    """Runs a source through all stages to its sinks, a thread for each.

    End of input drains everything and finishes the sinks. ``stop`` leaves out what is on its way and finishes the
    sinks with what they have. The first failure stops all, aborts the sinks, and is raised by ``join``.

    Args:
        source: Gives the frames; closed by the pipeline.
        finder: Finds faces; closed by the pipeline.
        reader: Reads them.
        paint: Draws a result; called only while a sink wants pictures.
        sinks: Where results go from the first frame on.
        shown_maker: Makes what is shown of the readings; by default they are shown as they were read.
        paced: Play a file no faster than its own time.
        paint_screen: Draws a result for a screen in another way, as a mirror shows it; by default as for all.
        closer: Looks closely at the faces that were read; None leaves that out.
    """

    def __init__(
        self,
        source: FrameSource,
        finder: Finder,
        reader: Reader,
        paint: Paint,
        sinks: Sequence[Sink] = (),
        *,
        shown_maker: ShownMaker | None = None,
        paced: bool = False,
        paint_screen: Paint | None = None,
        closer: CloserLook | None = None,
    ) -> None:
        self.source = source
        self._reader = reader
        self._closer = closer
        self._paints = paint, paint_screen or paint
        self._finder = finder
        self._shown_maker = shown_maker or ShownStage()
        is_live = source.info.is_live
        self._gate = Gate(Pace() if paced and not is_live else None, skips=is_live)
        room = Room.of(source.info, is_paced=paced)
        self._read_at_once = room.read_at_once
        self._captured: Channel[Work] = Channel(room.between_stages, room.when_full)
        self._found: Channel[Work] = Channel(room.between_stages, room.when_full)
        self._read: Channel[Work] = Channel(room.between_stages, room.when_full)
        self._detailed: Channel[Work] = Channel(room.between_stages, room.when_full)
        self._watches = Stopwatches()
        self._failure: BaseException | None = None
        self._stopping = threading.Event()
        self._state_lock = threading.Lock()
        self._fan_out = FanOut(room.before_sink, room.when_full, self._fail)
        self._stages = [
            threading.Thread(
                target=self._run, args=(stage, after), name=f"mien-{stage.__name__.strip('_')}", daemon=True
            )
            for stage, after in (
                (self._capture, self._captured.close),
                (self._find, self._found.close),
                (self._read_faces, self._read.close),
                (self._look_closer, self._detailed.close),
                (self._hand_out, self._fan_out.end),
            )
        ]
        self._first_sinks = tuple(sinks)
        self._passed_over = 0
        self._is_started = self._is_closed = False

    @property
    def reader(self) -> Reader:
        """What reads the faces now."""
        return self._reader

    @property
    def looks_closely(self) -> bool:
        """Whether readings have details of the faces now."""
        return self._closer is not None

    def swap_reader(self, reader: Reader) -> None:
        """Read with other networks from the next frame on. Safe from any thread."""
        self._reader = reader

    def set_closer(self, closer: CloserLook | None) -> None:
        """Look closely at faces from the next frame on, or no longer. Safe from any thread."""
        self._closer = closer

    def set_painter(self, paint: Paint, paint_screen: Paint | None = None) -> None:
        """Paint otherwise from the next frame on, for screens in a way of their own. Safe from any thread."""
        self._paints = paint, paint_screen or paint

    def set_shown(self, choices: ShownChoices) -> None:
        """Smooth, withhold and relate readings otherwise from the next frame on. Safe from any thread."""
        self._shown_maker.choose(choices)

    def start(self) -> None:
        """Start all stages and sinks; one that was closed before stays closed."""
        with self._state_lock:
            if self._is_closed or self._is_started:
                return
            self._is_started = True
        for sink in self._first_sinks:
            self.add_sink(sink)
        for stage in self._stages:
            stage.start()

    def end(self) -> None:
        """End the input here: what was captured is read, and the sinks finish."""
        self._gate.end()
        self.source.close()

    def stop(self) -> None:
        """End at once: what is on its way is left out, and the sinks finish with what they have."""
        self._stopping.set()
        self.end()
        for channel in self._channels:
            channel.discard()

    def close(self) -> None:
        """Let go of source and detector, whether it was started or not. Safe twice, and from any thread.

        One that runs stops as with ``stop``; one that never started leaves no output.
        """
        with self._state_lock:
            is_first, self._is_closed = not self._is_closed, True
            is_started = self._is_started
        self.stop()
        if is_first and not is_started:
            self._finder.close()
            for sink in self._first_sinks:
                sink.abort()

    def abort(self) -> None:
        """End at once, as after a failure: nothing that was begun becomes a finished output."""
        self._fail(StageError("the run was given up"))

    def pause(self) -> None:
        """Hold the picture: a file waits, a camera's frames are passed over."""
        self._gate.shut()

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._gate.open()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end.

        Returns:
            True when every thread has ended, False where the time ran out.

        Raises:
            AppError: The first failure of any stage or sink.
        """
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        begun = [stage for stage in self._stages if stage.ident is not None]
        workers: list[threading.Thread | SinkThread] = [*begun, *self._fan_out.threads()]
        for worker in workers:
            worker.join(None if deadline_s is None else max(deadline_s - time.monotonic(), 0.0))
        is_done = not self.is_running
        if is_done and self._failure is not None:
            raise self._failure
        return is_done

    @property
    def is_running(self) -> bool:
        """Whether any stage or sink still works."""
        return any(stage.is_alive() for stage in self._stages) or self._fan_out.is_running

    def add_sink(self, sink: Sink, on_failure: Failed | None = None) -> None:
        """Send results to one more sink, from the next one on.

        Args:
            sink: Where they go.
            on_failure: Where given, a failure of this sink is told to it, from the sink's thread, and everything
                else goes on: a full disk ends a recording, not the live picture.
        """
        self._fan_out.add(sink, on_failure)

    def remove_sink(self, sink: Sink) -> None:
        """Send no more results to ``sink``; it finishes on its own thread. Returns at once."""
        self._fan_out.remove(sink)

    def stats(self) -> PipelineStats:
        """Return a look at the run so far."""
        reader = self._reader
        return PipelineStats(
            frames=self._watches.frames(),
            fps=self._watches.fps(),
            latency=self._watches.latency(),
            stages=self._watches.stages(),
            dropped=self._dropped,
            left_out=self._fan_out.left_out,
            notice=self.source.notice,
            model=reader.model_name,
            other_model=reader.other_name,
            provider=reader.provider_name,
            fell_back=reader.fell_back,
        )

    @property
    def _dropped(self) -> int:
        """How many frames gave way to later ones before they could be handed out."""
        return self._passed_over + sum(channel.dropped for channel in self._channels)

    @property
    def _channels(self) -> tuple[Channel[Work], ...]:
        return self._captured, self._found, self._read, self._detailed

    def _run(self, stage: Callable[[], None], after: Callable[[], None]) -> None:
        """Run one stage to its end, and see to it that the next one learns of it."""
        try:
            stage()
        except AppError as error:
            self._fail(error)
        except Exception as error:
            self._fail(unexpected(error, stage.__name__.strip("_").replace("_", " ")))
        finally:
            after()

    def _fail(self, error: BaseException) -> None:
        """Keep the first failure and stop everything."""
        with self._state_lock:
            if self._failure is None:
                self._failure = error
        self._fan_out.abort()
        self.stop()

    def _capture(self) -> None:
        started_s = time.perf_counter()
        try:
            for frame in self.source.frames():
                self._watches.add("capture", time.perf_counter() - started_s)
                self._passed_over = frame.passed_over
                if self._gate.lets_through(frame.timestamp_s) and not self._captured.put(Work(frame)):
                    break
                started_s = time.perf_counter()
        finally:
            self.source.close()

    def _find(self) -> None:
        try:
            for work in self._captured:
                started_s = time.perf_counter()
                work.tracks = self._finder.find(work.frame, self._captured.dropped + self._passed_over)
                self._note(work.times_s, "detect", time.perf_counter() - started_s)
                self._found.put(work)
        finally:
            self._finder.close()

    def _read_faces(self) -> None:
        for works in self._found.by(self._read_at_once):
            started_s, reader = time.perf_counter(), self._reader
            all_readings = read_frames(reader, [(work.frame, work.tracks) for work in works])
            share_s = (time.perf_counter() - started_s) / len(works)
            for work, readings in zip(works, all_readings, strict=True):
                work.readings = readings
                work.model, work.other_model = reader.model_name, reader.other_name
                self._note(work.times_s, "read", share_s)
                self._read.put(work)

    def _look_closer(self) -> None:
        for work in self._read:
            closer = self._closer
            if closer is not None and work.readings:
                started_s = time.perf_counter()
                work.readings = closer.look(work.frame, work.readings)
                self._note(work.times_s, "details", time.perf_counter() - started_s)
            self._detailed.put(work)

    def _hand_out(self) -> None:
        for work in self._detailed:
            result = self._result(work)
            self._fan_out.put(result, self._paints, self._watches)
            self._watches.result_out(result.frame.captured_at_s)

    def _result(self, work: Work) -> FrameResult:
        """Return a frame with what is shown of its readings, the same for everybody."""
        shown = self._shown_maker.show(work.frame.timestamp_s, work.readings, work.model, work.other_model)
        return FrameResult(work.frame, shown, work.model, work.times_s, work.other_model, self._dropped)

    def _note(self, times_s: dict[str, float], stage: str, spent_s: float) -> None:
        times_s[stage] = spent_s
        self._watches.add(stage, spent_s)
