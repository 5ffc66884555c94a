package io.saddle.console.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CurveRoomTest {

    private static final int STEPS = 5000;

    private static List<RunCurves> runs(int number, CurveRoom room) {
        List<RunCurves> runs =
                Stream.generate(() -> new RunCurves(room)).limit(number).toList();
        for (long step = 1; step <= STEPS; step++) {
            for (RunCurves run : runs) {
                run.add(new CurvePoints(step, null, Map.of("lagrangian", (double) step)));
            }
        }
        return runs;
    }

    private static List<Integer> points(List<RunCurves> runs) {
        List<Integer> points = new ArrayList<>();
        runs.forEach(run -> run.forEach((name, buckets) -> points.add(buckets.steps().length)));
        return points;
    }

    @Test
    void fewRunsHaveEveryPoint() {
        CurveRoom room = new CurveRoom(10 * 24 * CurveRoom.MOST);
        List<RunCurves> runs = runs(10, room);

        assertEquals(CurveRoom.MOST, room.points());
        assertTrue(
                points(runs).stream().allMatch(points -> points > 500),
                points(runs).toString());
    }

    @Test
    void moreRunsHaveFewerPointsEachAndAllStepsStill() {
        CurveRoom room = new CurveRoom(10 * 24 * CurveRoom.MOST);
        List<RunCurves> runs = runs(40, room);

        assertEquals(250, room.points());
        assertTrue(
                points(runs).stream().allMatch(points -> points > 100 && points <= 250),
                points(runs).toString());
        runs.forEach(run -> run.forEach((name, buckets) -> {
            assertEquals(1, buckets.least()[0]);
            assertEquals(STEPS, buckets.steps()[buckets.steps().length - 1]);
        }));
    }

    @Test
    void aRoomThatIsMuchTooSmallLeavesSomePointsToEach() {
        CurveRoom room = new CurveRoom(1);
        List<RunCurves> runs = runs(3, room);

        assertEquals(CurveRoom.LEAST, room.points());
        assertTrue(
                points(runs).stream().allMatch(points -> points >= CurveRoom.LEAST / 2),
                points(runs).toString());
    }

    @Test
    void runsThatAreForgottenGiveTheirRoomBackAndTakeNoneAfterwards() {
        CurveRoom room = new CurveRoom(10 * 24 * CurveRoom.MOST);
        for (int week = 0; week < 8; week++) {
            List<RunCurves> runs = runs(8, room);
            runs.forEach(RunCurves::end);
            runs.forEach(run -> run.add(new CurvePoints(STEPS + 1, null, Map.of("lagrangian", 1.0))));
            assertEquals(List.of(), points(runs));
        }

        assertEquals(CurveRoom.MOST, room.points());
        assertTrue(points(runs(1, room)).get(0) > 500, "room for whoever comes");
    }
}
