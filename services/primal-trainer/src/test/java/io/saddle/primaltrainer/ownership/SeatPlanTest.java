package io.saddle.primaltrainer.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.primaltrainer.ownership.SeatPlan.Waiting;
import io.saddle.primaltrainer.ownership.TrainerStanding.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeatPlanTest {

    private static TrainerStanding trainer(int seats, Map<String, Held> held) {
        return new TrainerStanding(seats, held, Map.of(), Map.of());
    }

    private static Held since(long round) {
        return new Held(round, false);
    }

    private static List<Waiting> waiting(String... runs) {
        return List.of(runs).stream().map(run -> new Waiting(run, "", false)).toList();
    }

    private static Map<String, Set<String>> runs(SeatPlan plan) {
        Map<String, Set<String>> runs = new TreeMap<>();
        plan.trainers()
                .forEach((name, seats) ->
                        runs.put(name, new TreeSet<>(seats.runs().keySet())));
        return runs;
    }

    private static SeatPlan plan(Map<String, TrainerStanding> standings) {
        return SeatPlan.of(standings, run -> "", 0);
    }

    @Test
    void aRunStaysWhereItIsAndFreeSeatsTakeTheFirstOfThoseThatWait() {
        SeatPlan plan = plan(Map.of("a", trainer(2, Map.of("x", since(3))), "b", trainer(1, Map.of())));
        assertEquals(
                Map.of("a", Set.of("x", "1"), "b", Set.of("2")),
                runs(plan.with(waiting("1", "2", "3"), 0)),
                "each has one free seat, and the first name is taken first");
    }

    @Test
    void theNewRoundIsAboveEveryOlderOne() {
        SeatPlan plan = plan(Map.of("a", trainer(2, Map.of("x", since(7)))));
        assertEquals(8, plan.round());
        Map<String, SeatPlan.Taken> given =
                plan.with(waiting("y"), 0).trainers().get("a").runs();
        assertEquals(since(7), given.get("x").held());
        assertEquals(since(8), given.get("y").held());
    }

    @Test
    void aRoundIsAboveThoseOfTrainersThatAreNotThere() {
        assertEquals(
                1000,
                SeatPlan.of(Map.of("b", trainer(1, Map.of())), run -> "", 1000).round());
    }

    /** One that was away has not heard that its run was given to another. */
    @Test
    void ofTwoThatHaveARunItIsTheLaterOnes() {
        SeatPlan plan = plan(Map.of(
                "a", trainer(1, Map.of("x", since(7))),
                "b", trainer(1, Map.of("x", since(9)))));
        assertEquals(Map.of("a", Set.of(), "b", Set.of("x")), runs(plan));
        assertEquals(Map.of("a", Set.of("y"), "b", Set.of("x")), runs(plan.with(waiting("x", "y"), 0)));
    }

    @Test
    void nobodyIsGivenMoreThanItsSeatsAndNothingChangesWithoutAFreeOne() {
        SeatPlan full = plan(Map.of("a", trainer(1, Map.of("x", since(1)))));
        assertEquals(full, full.with(waiting("y"), 0));
        SeatPlan tooFull = plan(Map.of("a", trainer(1, Map.of("x", since(1), "y", since(1)))));
        assertEquals(tooFull, tooFull.with(waiting("z"), 0));
        assertEquals(0, plan(Map.of()).with(waiting("z"), 0).trainers().size());
    }

    @Test
    void whatIsToEndTakesNoSeatAndAFewEndAtATimeAtEach() {
        SeatPlan plan = plan(Map.of("a", trainer(1, Map.of("x", since(1)))));
        List<Waiting> ending = IntStream.range(0, 6)
                .mapToObj(i -> new Waiting("s" + i, "", true))
                .toList();
        assertEquals(
                Set.of("x", "s0", "s1", "s2", "s3"), runs(plan.with(ending, 0)).get("a"));
    }

    @Test
    void aQuotaLetsThoseOfOthersPass() {
        Map<String, String> submitters = Map.of("1", "ada");
        SeatPlan plan =
                SeatPlan.of(Map.of("a", trainer(4, Map.of("1", since(1)))), run -> submitters.getOrDefault(run, ""), 0);
        List<Waiting> waiting = List.of(
                new Waiting("2", "ada", false),
                new Waiting("3", "ada", false),
                new Waiting("4", "bob", false),
                new Waiting("5", "", false),
                new Waiting("6", "", false));
        assertEquals(Set.of("1", "4", "5", "6"), runs(plan.with(waiting, 1)).get("a"));
        assertEquals(Set.of("1", "2", "4", "5"), runs(plan.with(waiting, 2)).get("a"));
        assertEquals(
                Set.of("1", "2"),
                runs(plan.with(List.of(new Waiting("2", "ada", true)), 1)).get("a"),
                "ending is always allowed");
    }

    /** Whatever trainers say they have: no run is twice in a plan, nobody loses one, and none waits while a seat is free. */
    @Test
    void anyPlanIsSound() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            Map<String, TrainerStanding> standings = new TreeMap<>();
            Set<String> held = new TreeSet<>();
            for (int trainer = 0; trainer < random.nextInt(5); trainer++) {
                Map<String, Held> runs = new TreeMap<>();
                for (int run = 0; run < random.nextInt(4); run++) {
                    runs.put("r" + random.nextInt(8), new Held(random.nextInt(5), random.nextBoolean()));
                }
                held.addAll(runs.keySet());
                standings.put("t" + trainer, trainer(random.nextInt(3), runs));
            }
            List<String> queue = IntStream.range(0, random.nextInt(10))
                    .mapToObj(i -> "r" + i)
                    .toList();
            SeatPlan plan = plan(standings).with(waiting(queue.toArray(String[]::new)), 0);

            List<String> all = new ArrayList<>();
            plan.trainers().values().forEach(seats -> all.addAll(seats.runs().keySet()));
            assertEquals(Set.copyOf(all).size(), all.size(), "twice: " + plan);
            assertTrue(all.containsAll(held), "lost: " + plan);
            boolean free = plan.trainers().values().stream()
                    .anyMatch(seats -> seats.runs().values().stream()
                                    .filter(taken -> !taken.held().ending())
                                    .count()
                            < seats.seats());
            Set<String> left = queue.stream().filter(run -> !all.contains(run)).collect(Collectors.toSet());
            assertFalse(free && !left.isEmpty(), "waits beside a free seat: " + plan + " " + left);
        }
    }
}
