package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.PassingTime;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PatientAskerTest {

    private static final Answer AWAY = Answer.json(503, "{\"title\":\"starting\"}");
    private static final Answer THERE = Answer.json(200, "{}");

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private final PassingTime time = new PassingTime();
    private final PatientAsker asker = new PatientAsker(Duration.ofSeconds(3), time);

    private void ask(Answer... answers) {
        console.on("GET /api/me", answers);
        asker.answer(new ConsoleClient(console.url())::me);
    }

    @Test
    void aConsoleThatIsAwayIsWaitedForAsLongAsItMayBeAway() {
        ask(THERE);
        ask(AWAY, AWAY, AWAY, THERE);
        assertEquals(Duration.ofSeconds(3), time.passed());
        CommandException away = assertThrows(CommandException.class, () -> ask(AWAY));
        assertEquals(ExitCode.UNREACHABLE, away.exitCode());
        assertEquals(Duration.ofSeconds(7), time.passed());
    }

    @Test
    void aConsoleThatHasNeverAnsweredIsNotWaitedFor() {
        assertThrows(CommandException.class, () -> ask(AWAY, THERE));
        assertEquals(Duration.ZERO, time.passed());
    }

    /** It is there: how long it may be away does not matter. */
    @Test
    void aConsoleThatNamesATimeIsAskedThen() {
        ask(Answer.later("299"), Answer.later("299"), AWAY, AWAY, THERE);
        assertEquals(Duration.ofSeconds(2 * 300 + 2), time.passed());
    }

    @Test
    void aTimeThatIsNoneOrEndlessIsNotTaken() {
        ask(Answer.later("Wed, 21 Oct 2026 07:28:00 GMT"), THERE);
        assertEquals(Duration.ofSeconds(11), time.passed());
        ask(Answer.later("99999999"), THERE);
        assertEquals(Duration.ofSeconds(11 + 301), time.passed());
    }

    @Test
    void whatNoWaitingMendsIsSaidAtOnce() {
        ask(THERE);
        assertThrows(CommandException.class, () -> ask(Answer.json(404, "{}"), THERE));
        assertEquals(Duration.ZERO, time.passed());
    }
}
