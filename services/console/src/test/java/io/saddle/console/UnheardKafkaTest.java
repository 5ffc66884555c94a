package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a console says of who is there while its Kafka says nothing. */
class UnheardKafkaTest {

    private final TopicFeed feed = StartGateTest.unread();

    private List<Absences.Absence> absences() {
        RunSpecParser parser = new RunSpecParser();
        RunSpec spec = parser.parse("run.yaml", "{name: r, constraints: [{id: a, threshold: 1, data: {}}]}");
        return new Absences(feed)
                .of(new Submissions(parser, Clock.systemUTC())
                        .submission(spec, null)
                        .constraints());
    }

    private void announce(String service, String... evaluators) {
        List<OfferedEvaluator> offered = List.of(evaluators).stream()
                .map(name -> new OfferedEvaluator(name, List.of(name), ""))
                .toList();
        // Silent as soon as its time is over at all.
        feed.evaluators()
                .put(new EvaluatorAnnouncement(
                        service + "@here", offered, "build", 0, Instant.EPOCH, service, 0L, 0, 0, 0, ""));
    }

    /** A broker that hung for a minute had three alerts written of services that were all at work. */
    @Test
    void whoWasHeardLastIsNotGone() {
        announce(Absences.TRAINER);
        announce(RunViews.JUDGE);
        announce("constraint-evaluator", "denoising-loss");
        assertEquals(List.of(), absences());
        assertEquals(Duration.ZERO, feed.listened());
    }

    @Test
    void noChoiceIsOfferedWhereThereIsNone() {
        announce(Absences.TRAINER);
        announce(RunViews.JUDGE);
        assertEquals(
                List.of("start it, or look why it ended"),
                absences().stream().map(Absences.Absence::remedy).toList());
        announce("constraint-evaluator", "sharpness");
        assertEquals(
                List.of("start it, or name one that is there: sharpness"),
                absences().stream().map(Absences.Absence::remedy).toList());
    }
}
