package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.console.history.RunHistories;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What is changed from a run's page, and what its dialogs say. */
@QuarkusTest
class RunDialogsTest extends PageTest {

    @Inject
    RunHistories histories;

    @Test
    void aThresholdIsChangedFromThePageAndItsEffectComesBackByTheTopic() throws Exception {
        training(run, 200);
        openRun();

        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "0.07");
        browser.type("dialog input[name=reason]", "too lax");
        browser.answer("Set");

        shows("table.constraints", "at most 0.07");
        shows(".timeline", "threshold of 'digit-5' is 0.07, was 0.11");
        assertEquals(0.07, newest("digit-5").getThreshold());
        assertEquals("too lax", newest("digit-5").getReason());
        soon().until(() -> browser.count("dialog[open]") == 0);
    }

    /** Who wrote 0.1 into a field labelled "at least 8 %" required 90 %. */
    @Test
    void ofAShareThatIsRequiredTheFieldHasTheShare() throws Exception {
        String specification = TrainedRun.specification(run, STEPS)
                + "  - {id: share, kind: class-frequency, atLeast: 0.08, data: {classes: {4: {}}}}\n";
        assertEquals(201, post("", specification).statusCode());
        new TrainedRun(publisher, artifacts, run)
                .train(0, 40)
                .status(RunPhase.TRAINING, 40, STEPS, "trains")
                .durable();
        openRun();
        browser.press("threshold share");
        assertEquals("0.08", browser.find("dialog input[name=threshold]").getAttribute("value"));
        browser.type("dialog input[name=threshold]", "0.1");
        browser.answer("Set");
        shows("table.constraints", "at least 10 % of the generated images");
        assertEquals(0.9, newest("share").getThreshold(), 1e-12);
    }

    /** An empty field was taken for 0, and the run was held to that from then on. */
    @Test
    void aThresholdThatIsLeftEmptyIsAskedForAndNeverTakenForZero() throws Exception {
        training(run, 200);
        openRun();
        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "");
        browser.answer("Set");
        assertEquals(1, browser.count("dialog[open] input[name=threshold]:invalid"));

        // What the browser lets through the console refuses.
        browser.run("document.querySelector('dialog form').noValidate = true");
        browser.answer("Set");
        shows("dialog [role=alert]", "is required");
        assertEquals(1, newest("digit-5").getVersion());
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    @Test
    void whatTheConsoleRefusesStaysOpenWithItsReason() throws Exception {
        training(run, 200);
        openRun();
        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "-1");
        browser.answer("Set");

        shows("dialog [role=alert]", "threshold");
        assertEquals(1, browser.count("dialog[open]"));
        assertEquals(1, newest("digit-5").getVersion());
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    /** What the page asks for with this method fails from now on as it does where the network is away. */
    private static void cut(String method) {
        browser.run(
                "const reach = window.fetch; window.mend = () => { window.fetch = reach; };"
                        + " window.fetch = (path, options) => (options.method ?? 'GET') === arguments[0]"
                        + " ? Promise.reject(new TypeError('Failed to fetch')) : reach(path, options);",
                method);
    }

    /** The dialog had no words for it, and the page stood still from then on, while it said "live". */
    @Test
    void aDialogSaysThatTheNetworkIsAwayAndThePageGoesOn() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        browser.press("Pause");
        cut("POST");
        browser.answer("Pause");
        shows("dialog [role=alert]", "the connection is lost");
        shows("dialog [role=alert]", "look before you ask again");

        trained.status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        shows(".facts", "60 of 2000");
        browser.run("window.mend()");
        browser.answer("Pause");
        soon().until(() -> browser.count("dialog[open]") == 0);
        soon().until(() -> newest().getDesiredState() == DesiredState.PAUSED);
    }

    /** What came of it was left to the next question, which could not be drawn. */
    @Test
    void aDialogThatIsLeftWhileItAsksLeavesNothingBehind() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        browser.press("Pause");
        browser.run("const reach = window.fetch; window.fetch = (path, options) => options.method !== 'POST'"
                + " ? reach(path, options) : new Promise((resolve) => { window.answer = () => {"
                + " window.fetch = reach; resolve(reach(path, options)); }; });");
        browser.answer("Pause");
        soon().until(() -> "function".equals(browser.run("return typeof window.answer")));
        browser.keys().sendKeys(Keys.ESCAPE).perform();
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.run("window.answer()");

        browser.press("Resume");
        shows("dialog", "Resume " + run + "?");
        assertEquals(0, browser.count("dialog [role=alert]"));
        browser.answer("Resume");
        soon().until(() -> browser.count("dialog[open]") == 0);
        trained.status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        shows(".facts", "60 of 2000");
    }

    @Test
    void anEvaluatorIsPutInTheShadowOfAnotherAndPromoted() throws Exception {
        training(run, 200);
        openRun();
        browser.press("shadow digit-5");
        browser.type("dialog input[name=evaluator]", "minority-loss");
        browser.answer("Start");
        shows("table.constraints", "minority-loss");
        assertEquals(ConstraintState.SHADOW, newest("digit-5.minority-loss").getState());
        browser.press("promote digit-5.minority-loss");
        browser.answer("Promote");
        shows("dialog [role=alert]", "was never measured by 'minority-loss'");
        browser.answer("Cancel");
        browser.complaints();
        new TrainedRun(publisher, artifacts, run)
                .estimated("digit-5.minority-loss", "minority-loss", 220)
                .durable();
        soon().until(() -> histories
                .find(run)
                .flatMap(history -> history.newestEstimate("digit-5.minority-loss", "minority-loss"))
                .isPresent());

        browser.press("promote digit-5.minority-loss");
        browser.answer("Promote");

        shows(".timeline", "'digit-5' is measured by 'minority-loss' in place of 'denoising-loss'");
        assertEquals("minority-loss", newest("digit-5").getEvaluator());
    }

    @Test
    void aRunIsPausedResumedAndStopped() throws Exception {
        training(run, 200);
        openRun();
        browser.press("Pause");
        browser.type("dialog input[name=reason]", "the room is hot");
        browser.answer("Pause");
        shows("main", "Resume");
        assertEquals(DesiredState.PAUSED, newest().getDesiredState());
        browser.press("Resume");
        browser.answer("Resume");
        shows("main", "Pause");
        browser.press("Stop");
        shows("dialog", "no run goes on after it was stopped");
        browser.answer("Stop");
        soon().until(() -> newest().getDesiredState() == DesiredState.STOPPED);
        shows(".timeline", "asked to be stopped");

        browser.follow("a[href='#/audit?subject=" + run + "']");
        shows(".audit", "STOPPED");
        shows(".audit", "the room is hot");
        assertTrue(browser.text(".audit").contains("desiredState RUNNING → PAUSED"), () -> browser.text(".audit"));
        browser.type("main input[type=search]", "hot");
        soon().until(() -> browser.count(".audit tbody tr") == 1);
        browser.follow(".audit tbody a");
        shows("h1", run);
    }

    @Test
    void labelsAreChangedFromThePageOfARunThatTrains() throws Exception {
        labelled(run, "{team: vision, old: x}");
        openRun();
        shows(".labels", "team=vision");
        browser.press("Labels …");
        browser.type("dialog input[name=labels]", "team=audio, debug");
        browser.answer("Set");

        soon().untilAsserted(() -> assertEquals("debug\nteam=audio", browser.text(".labels a")));
        shows(".timeline", "its labels are debug=, team=audio");
        assertEquals(1, written(Topics.RUNS).size());
        browser.press("Labels …");
        browser.type("dialog input[name=labels]", "my team");
        browser.type("dialog input[name=labels]", "-a=b");
        browser.answer("Set");
        shows("dialog [role=alert]", "is no key of a label");
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    /** All that stood in the dialog when it opened was set back to what it was then. */
    @Test
    void labelsThatSomebodyElseChangesMeanwhileStayAsTheyAreThen() throws Exception {
        labelled(run, "{a: '1', old: x, gone: y}");
        openRun();
        shows(".labels", "old=x");
        browser.press("Labels …");
        shows("dialog", "Labels of " + run);
        String theirs = "{\"a\": \"2\", \"gone\": null}";
        assertEquals(
                200,
                send("PATCH", "/" + run + "/labels", "application/json", theirs).statusCode());
        browser.type("dialog input[name=labels]", "a=1 gone=y mine=x");
        browser.answer("Set");

        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals(
                "{\"a\":\"2\",\"mine\":\"x\"}",
                JSON.readTree(get("/" + run).body()).path("labels").toString());
    }

    @Test
    void aRunThatWaitsSaysItsPlaceAndIsMovedToTheFront() throws Exception {
        labelled(run, "{}");
        openRun();
        shows(".facts", "priority 0");
        shows("main", "no trainer is there");
        browser.press("Priority …");
        shows("dialog", "that wait");
        browser.type("dialog input[name=priority]", "urgent");
        browser.answer("Set");
        shows("dialog [role=alert]", "priority");
        browser.type("dialog input[name=priority]", "900");
        browser.type("dialog input[name=reason]", "the paper is due");
        browser.answer("Set");
        shows(".facts", "priority 900");
        assertEquals(900, written(Topics.RUNS).get(1).getPriority());
        browser.complaints();
    }

    @Test
    void aRunThatHasEndedIsArchivedAndTakenBackFromItsPage() throws Exception {
        training(run, 40).status(RunPhase.COMPLETED, 40, 40, "").durable();
        openRun();
        browser.press("Archive");
        shows("dialog", "All of it stays");
        browser.answer("Archive");
        shows("h1", "archived");
        shows(".timeline", "archived");
        browser.go(page + "#/runs?text=" + run);
        shows("main", "No run meets all of that");
        browser.go(page + "#/runs?text=" + run + "&lifecycle=ARCHIVED");
        rows(run);
        openRun();
        browser.press("Unarchive");
        browser.answer("Unarchive");
        shows(".timeline", "taken back from the archive");
        soon().until(() -> !browser.text("h1").contains("archived"));
    }

    @Test
    void aDeletionSaysHowMuchGoesAndWantsTheName() throws Exception {
        training(run, 400)
                .judged(400, 40.5)
                .status(RunPhase.COMPLETED, 400, 400, "")
                .durable();
        artifacts.putFile(run, "checkpoints/step-1", new byte[2_000_000]);
        long size = artifacts.stored(run).bytes();
        openRun();
        soon().until(() -> loaded("step 400"));
        browser.press("Delete");
        shows("dialog", "in 2 files go for good");
        shows("dialog", "%.2f MB".formatted(size / 1e6));
        browser.type("dialog input[name=name]", "another");
        browser.answer("Delete");
        shows("dialog [role=alert]", "type " + run + " to delete it");
        assertEquals(List.of(), written(Topics.RUN_METADATA));
        browser.picture("deletion");
        browser.assertAccessible("deletion");
        browser.size(390, 844).dark(true);
        browser.picture("deletion-390-dark");
        browser.size(1280, 900).dark(false);

        browser.type("dialog input[name=name]", run);
        browser.answer("Delete");

        shows("h1", "deleted");
        shows(".alert", "Removed: all artifacts, %.2f MB in 2 files by rest".formatted(size / 1e6));
        shows("main", "Its pictures are deleted.");
        shows(".timeline", "its artifacts are deleted");
        assertEquals(0, artifacts.stored(run).objects());
        shows("table.constraints", "digit-4");
        browser.picture("deleted");
        browser.assertAccessible("deleted");
        browser.complaints();
    }

    @Test
    void everythingIsDoneWithTheKeyboardAlone() throws Exception {
        training(run, 200);
        openRun();
        browser.run("[...document.querySelectorAll('button')].find(b => b.ariaLabel === 'threshold digit-4').focus()");
        browser.keys().sendKeys(Keys.ENTER).perform();
        soon().until(() -> browser.count("dialog[open]") == 1);
        assertEquals("threshold", String.valueOf(browser.run("return document.activeElement.name")));
        browser.keys().sendKeys(Keys.ESCAPE).perform();
        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals("threshold digit-4", String.valueOf(browser.run("return document.activeElement.ariaLabel")));
    }
}
