package io.saddle.lab.soak;

import io.saddle.kafka.TopicReader;
import io.saddle.lab.report.FollowedRun;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunPhase;
import io.saddle.schema.SlotResult;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Runs of four slots on one, two and three trainers that come and go, one of them slow, with kill -9 of any, of the run's owner where a
 * round is about to be merged, and with results among the true ones that are old, doubled or forged.
 */
final class Slots extends Scenario {

    private static final int SLOTS = 4;
    private static final int LONGEST_PAUSE_MILLIS = 3000;
    private static final int LONGEST_ABSENCE_MILLIS = 8000;
    private static final String TRAINER = "primal-trainer";
    private static final String FIRST = "trainer-1";
    private static final List<String> OTHERS = List.of("trainer-2", "trainer-3");

    private static final String SLOW = "trainer-3";
    private static final int SLOWDOWN = 5;

    private final Intensity intensity;
    private final int kills;
    private final Random random;
    private final Map<String, TestCluster> trainers = new LinkedHashMap<>();
    /** The steps after which a round began of which all slots have come. */
    private final Map<String, Set<Integer>> rounds = new ConcurrentHashMap<>();

    private final List<SlotResult> results = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> away = new TreeSet<>();
    private int killed;
    private int atMerge;
    private SlowedProcess slow;

    Slots(Intensity intensity, long seed) {
        super(
                "slots",
                kills(intensity)
                        + " x kill -9 of three trainers that share a run's slots, one of them five times as slow; results"
                        + " that are old, doubled or forged",
                Map.of("SADDLE_TRAINER_WORKER", FIRST));
        this.intensity = intensity;
        this.kills = kills(intensity);
        this.random = new Random(seed);
    }

    private static int kills(Intensity intensity) {
        return Math.max(1, intensity.kills() / 2);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        trainers.put(FIRST, stack.cluster());
        Map<RunSpec.Mode, RunLog> undisturbed = new TreeMap<>();
        for (RunSpec.Mode mode : List.of(RunSpec.Mode.LOCKSTEP, RunSpec.Mode.PIPELINED)) {
            undisturbed.put(mode, stack.undisturbed(spec("any", mode)));
        }
        List<Claim> claims = new ArrayList<>();
        Map<String, List<Claim>> byRun = new TreeMap<>();
        try (TopicReader reader = reader(stack);
                SlotForger forger = new SlotForger(stack.kafka(), random.nextLong())) {
            results.clear();
            int runs = 0;
            while (killed < kills) {
                RunSpec.Mode mode = runs % 2 == 0 ? RunSpec.Mode.LOCKSTEP : RunSpec.Mode.PIPELINED;
                SoakSpec spec = spec("slots-" + ++runs, mode);
                disturb(stack, forger, spec);
                byRun.put(spec.name(), Audit.likeUndisturbed(undisturbed.get(mode), stack.ended(spec), spec.steps()));
            }
            claims.addAll(Audit.ofEach(byRun));
            claims.add(shared());
            claims.add(new Claim("forged results have been sent", forger.sent() > 0, forger.sent() + " of them"));
            claims.add(new Claim(
                    "the owner was killed when a round's last slot had come",
                    atMerge > 0 || kills < 4,
                    atMerge + " of " + killed + " kills"));
            claims.add(Claim.equal("every service lives on", List.of(), dead()));
            return claims;
        } finally {
            if (slow != null) {
                slow.close();
            }
            OTHERS.stream()
                    .filter(trainers::containsKey)
                    .forEach(name -> trainers.get(name).close());
        }
    }

    private SoakSpec spec(String name, RunSpec.Mode mode) {
        return SoakSpec.of(name, intensity.steps() / 2 / SLOTS)
                .with("/dual/mode", mode.name())
                .with("/training/slots", SLOTS);
    }

    private TopicReader reader(SoakStack stack) {
        return new TopicReader(
                        stack.kafka(),
                        stack.kafka().serdes(),
                        "saddle-soak-slots",
                        (topic, record, reason) -> CompletableFuture.completedFuture(null))
                .onValue(Topics.SLOT_RESULTS, this::came)
                .start();
    }

    private void came(SlotResult result) {
        if (result.getWorker().equals(SlotForger.NAME)) {
            return;
        }
        results.add(result);
        rounds.computeIfAbsent(result.getRunId() + "@" + result.getStep(), round -> ConcurrentHashMap.newKeySet())
                .add(result.getSlot());
    }

    private void disturb(SoakStack stack, SlotForger forger, SoakSpec spec) throws Exception {
        FollowedRun history = stack.submit(spec);
        while (killed < kills && SoakStack.phase(history) != RunPhase.COMPLETED) {
            stack.awaitSteps(history, history.summaries().size() + 1);
            forger.forge(List.copyOf(results));
            comeOrGo(stack);
            if (trainers.size() <= OTHERS.size()) {
                // Nobody is killed before all of them were there, however few kills there are.
                continue;
            }
            boolean merging = random.nextInt(3) == 0 && awaitLastSlot(stack, history, spec.name());
            if (!merging) {
                Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            }
            String victim = merging ? history.status().orElseThrow().getWorker() : any();
            if (!trainers.containsKey(victim) || SoakStack.phase(history) == RunPhase.COMPLETED) {
                continue;
            }
            killed++;
            atMerge += merging ? 1 : 0;
            stack.say("kill " + killed + " of " + kills + ": " + victim + " of " + trainers.keySet() + " at step "
                    + history.summaries().size() + (merging ? ", a round's last slot has come" : ""));
            trainers.get(victim).kill(TRAINER);
            Thread.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
            trainers.get(victim).restart(TRAINER);
        }
    }

    /** One, two or three trainers; the last of them is slow. */
    private void comeOrGo(SoakStack stack) throws Exception {
        for (String name : OTHERS) {
            TestCluster there = trainers.get(name);
            if (there == null) {
                TestCluster joined = stack.cluster().another(List.of("-Dsaddle.trainer.worker=" + name), TRAINER);
                trainers.put(name, joined);
                if (name.equals(SLOW)) {
                    slow = new SlowedProcess(() -> joined.pid(TRAINER), SLOWDOWN);
                }
                return;
            }
            if (away.remove(name)) {
                there.restart(TRAINER);
                return;
            }
        }
        if (random.nextInt(3) == 0) {
            String name = OTHERS.get(random.nextInt(OTHERS.size()));
            away.add(name);
            trainers.get(name).stop(TRAINER);
        }
    }

    private String any() {
        List<String> there = new ArrayList<>(trainers.keySet());
        there.removeAll(away);
        return there.get(random.nextInt(there.size()));
    }

    /** True as soon as all slots of a round have come that had not come before. */
    private boolean awaitLastSlot(SoakStack stack, FollowedRun history, String run) throws InterruptedException {
        long before = complete(run);
        stack.await(
                "a round's last slot", () -> complete(run) > before || SoakStack.phase(history) == RunPhase.COMPLETED);
        return SoakStack.phase(history) != RunPhase.COMPLETED;
    }

    private long complete(String run) {
        return rounds.entrySet().stream()
                .filter(round ->
                        round.getKey().startsWith(run + "@") && round.getValue().size() == SLOTS)
                .count();
    }

    private Claim shared() {
        Map<String, Long> byWorker = List.copyOf(results).stream()
                .collect(Collectors.groupingBy(SlotResult::getWorker, TreeMap::new, Collectors.counting()));
        long again = results.stream().filter(result -> result.getAttempt() > 0).count();
        return new Claim(
                "every trainer has done slots",
                byWorker.size() == 1 + OTHERS.size(),
                byWorker + ", " + again + " of them after they were given again");
    }

    private List<String> dead() {
        List<String> dead = new ArrayList<>();
        trainers.values().forEach(cluster -> dead.addAll(cluster.dead()));
        return dead;
    }
}
