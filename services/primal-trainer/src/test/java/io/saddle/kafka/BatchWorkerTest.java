package io.saddle.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ModelSnapshot;
import io.saddle.serde.Serdes;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchWorkerTest {

    private static Admin admin;

    private final String run = "batch-" + UUID.randomUUID();
    private final String group = "group-" + run;
    private final List<String> givenUp = new CopyOnWriteArrayList<>();
    private final Failing failing = new Failing();

    @BeforeAll
    static void connect() {
        admin = Admin.create(SharedCluster.settings().admin());
    }

    @AfterAll
    static void disconnect() {
        admin.close(Duration.ZERO);
    }

    /** Work on the step of one of this test's own snapshots. */
    private interface StepWork {
        void on(long step) throws Exception;
    }

    private BatchWorker<ModelSnapshot> worker(StepWork work) {
        return worker(SharedCluster.settings(), SharedCluster.serdes(), work);
    }

    private BatchWorker<ModelSnapshot> worker(KafkaSettings settings, Serdes serdes, StepWork work) {
        return new BatchWorker<>(
                settings,
                serdes,
                group,
                Topics.SNAPSHOTS,
                new DeadLetters(SharedCluster.producer(), "a-service"),
                new RecordHandler<>() {
                    private List<Received<ModelSnapshot>> together = List.of();

                    @Override
                    public void begin(List<Received<ModelSnapshot>> batch) {
                        together = batch;
                    }

                    @Override
                    public void handle(Received<ModelSnapshot> record) throws Exception {
                        assertTrue(together.contains(record));
                        if (record.key().startsWith(run)) {
                            work.on(record.value().getStep());
                        }
                    }

                    @Override
                    public void givenUp(Received<ModelSnapshot> record, Exception why) {
                        givenUp.add(record.value().getStep() + ": " + why.getMessage());
                    }
                },
                Duration.ofHours(1),
                failing::nanos);
    }

    /** After max.poll.interval.ms the group gave its partitions to others, who waited as well. */
    @Test
    void aMemberThatWaitsForTheRegistryStaysInItsGroup() throws Exception {
        send(run, 1);
        KafkaSettings impatient = new KafkaSettings(
                SharedCluster.settings().bootstrapServers(), "", Map.of("max.poll.interval.ms", "6000"), Map.of());
        try (ServerSocket silent = new ServerSocket(0);
                BatchWorker<ModelSnapshot> worker = worker(
                        impatient, Serdes.connect("http://127.0.0.1:" + silent.getLocalPort(), Map.of()), step -> {})) {
            worker.start();
            await().until(() -> members() == 1);
            await().during(Duration.ofSeconds(9)).atMost(Duration.ofSeconds(12)).until(() -> members() == 1);
        }
    }

    private int members() throws Exception {
        return admin.describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get()
                .members()
                .size();
    }

    private void send(String runId, long step) throws Exception {
        SharedCluster.send(Topics.SNAPSHOTS, runId, Samples.snapshot(runId, step));
    }

    private long committed(String runId) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        OffsetAndMetadata offset = offsets.get(partition(runId));
        return offset == null ? 0 : offset.offset();
    }

    private static TopicPartition partition(String runId) {
        return new TopicPartition(
                Topics.SNAPSHOTS.name(), RunPartitioner.partition(runId, Topics.SNAPSHOTS.partitions()));
    }

    private static long lastOffset(String runId) {
        List<ConsumerRecord<byte[], byte[]>> records = SharedCluster.records(Topics.SNAPSHOTS.name(), runId);
        return records.get(records.size() - 1).offset();
    }

    /** Waits until all that was sent of the run is done. */
    private void awaitCommitted() {
        long end = lastOffset(run) + 1;
        await().until(() -> committed(run) == end);
    }

    @Test
    void offsetsAreCommittedOnlyAfterTheWork() throws Exception {
        send(run, 1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            begun.countDown();
            mayEnd.await();
        })) {
            worker.start();
            begun.await();
            long offset = lastOffset(run);
            await().during(Duration.ofMillis(500)).until(() -> committed(run) <= offset);
            mayEnd.countDown();
            await().until(() -> committed(run) == offset + 1);
        }
    }

    @Test
    void aRecordThatFailsIsTriedAgainAndIsCommittedThen() throws Exception {
        send(run, 1);
        AtomicInteger tries = new AtomicInteger();
        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("not this time");
            }
            done.add(step);
        })) {
            worker.start();
            awaitCommitted();
            assertEquals(2, tries.get());
            assertEquals(List.of(1L), done);
            assertEquals(List.of(), givenUp);
            send(run, 2);
            await().until(() -> done.equals(List.of(1L, 2L)));
        }
    }

    @Test
    void workThatWasCutOffIsDoneByTheNextMember() throws Exception {
        send(run, 1);
        CountDownLatch begun = new CountDownLatch(1);
        BatchWorker<ModelSnapshot> first = worker(step -> {
            begun.countDown();
            new CountDownLatch(1).await();
        });
        first.start();
        begun.await();
        first.close();
        assertTrue(committed(run) <= lastOffset(run));

        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> second = worker(done::add)) {
            second.start();
            await().until(() -> done.equals(List.of(1L)));
        }
    }

    @Test
    void twoMembersShareThePartitions() throws Exception {
        List<Long> left = new CopyOnWriteArrayList<>();
        List<Long> right = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> a = worker(left::add);
                BatchWorker<ModelSnapshot> b = worker(right::add)) {
            a.start();
            b.start();
            int half = Topics.SNAPSHOTS.partitions() / 2;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> partitionsOfMembers().equals(List.of(half, half)));
            int runs = Topics.SNAPSHOTS.partitions();
            for (int i = 0; i < runs; i++) {
                send(SharedCluster.keyOn(i, Topics.SNAPSHOTS, run), i);
            }
            await().until(() -> left.size() + right.size() >= runs);
            assertEquals(
                    IntStream.range(0, runs).mapToObj(i -> (long) i).toList(),
                    Stream.concat(left.stream(), right.stream()).sorted().toList());
            assertFalse(left.isEmpty() || right.isEmpty(), left + " " + right);
        }
    }

    /** A score of many images was made twice whenever a second evaluator came. */
    @Test
    void aMemberThatJoinsRepeatsNothingOfTheBatchInFlight() throws Exception {
        int runs = Topics.SNAPSHOTS.partitions();
        for (int i = 0; i < runs; i++) {
            send(SharedCluster.keyOn(i, Topics.SNAPSHOTS, run), i);
        }
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> first = worker(step -> {
                    done.add(step);
                    begun.countDown();
                    mayEnd.await();
                });
                BatchWorker<ModelSnapshot> second = worker(done::add)) {
            first.start();
            begun.await();
            second.start();
            await().until(() -> partitionsOfMembers().size() == 2);
            await().during(Duration.ofSeconds(3)).until(() -> done.size() <= runs);
            mayEnd.countDown();
            int half = runs / 2;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> partitionsOfMembers().equals(List.of(half, half)));
            await().during(Duration.ofSeconds(3)).atMost(Duration.ofMinutes(1)).until(() -> done.size() >= runs);
            assertEquals(
                    IntStream.range(0, runs).mapToObj(i -> (long) i).toList(),
                    done.stream().sorted().toList(),
                    "each once");
        }
    }

    /** Up to four minutes: as long as somebody may take to finish what he is to hand over. */
    @Test
    void whileTheGroupWaitsForAMemberTheOthersGoOnWithWhatTheyKeep() throws Exception {
        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> worker = worker(done::add);
                KafkaConsumer<byte[], byte[]> busy = member();
                KafkaConsumer<byte[], byte[]> joins = member()) {
            worker.start();
            int half = Topics.SNAPSHOTS.partitions() / 2;
            await().until(() -> {
                busy.poll(Duration.ofMillis(100));
                return partitionsOfMembers().equals(List.of(half, half))
                        && busy.assignment().size() == half;
            });
            String kept = SharedCluster.keyOn(
                    IntStream.range(0, 2 * half)
                            .filter(i -> !busy.assignment().contains(new TopicPartition(Topics.SNAPSHOTS.name(), i)))
                            .findFirst()
                            .orElseThrow(),
                    Topics.SNAPSHOTS,
                    run);
            await().until(() -> {
                joins.poll(Duration.ofMillis(100));
                return state() == GroupState.PREPARING_REBALANCE;
            });
            long step = 0;
            do {
                // The worker hears of it at its next heartbeat; until then it commits.
                send(kept, ++step);
                has(done, step);
            } while (isCommittedSoon(kept));
            for (int i = 0; i < 2; i++) {
                send(kept, ++step);
                has(done, step);
            }
            assertEquals(GroupState.PREPARING_REBALANCE, state());
            await().until(() -> {
                busy.poll(Duration.ofMillis(100));
                joins.poll(Duration.ofMillis(100));
                return committed(kept) > lastOffset(kept);
            });
            assertEquals(LongStream.rangeClosed(1, step).boxed().toList(), done, "each once");
        }
    }

    private static void has(List<Long> done, long step) {
        await().until(() -> done.contains(step));
    }

    private boolean isCommittedSoon(String runId) throws Exception {
        long end = lastOffset(runId) + 1;
        try {
            await().atMost(Duration.ofSeconds(2)).until(() -> committed(runId) == end);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private GroupState state() throws Exception {
        return admin.describeConsumerGroups(List.of(group))
                .all()
                .get()
                .get(group)
                .groupState();
    }

    /** After a crash of the broker its coordinator may never answer who joins: five minutes, in which all was said to be well. */
    @Test
    void aMemberThatTheGroupGivesNoPlaceSaysSoAndJoinsAnew() throws Exception {
        List<Long> done = new CopyOnWriteArrayList<>();
        try (KafkaConsumer<byte[], byte[]> silent = member();
                BatchWorker<ModelSnapshot> worker = worker(done::add)) {
            await().until(() -> {
                silent.poll(Duration.ofMillis(100));
                return silent.assignment().size() == Topics.SNAPSHOTS.partitions();
            });
            worker.start();
            await().until(() -> state() == GroupState.PREPARING_REBALANCE);
            await().until(() -> {
                failing.passMinutes(2);
                return worker.obstacle().isPresent();
            });
            assertTrue(
                    worker.obstacle().orElseThrow().contains("the group has given this member no place for"),
                    worker.obstacle().orElseThrow());

            silent.close();
            send(run, 1);
            await().until(() -> done.contains(1L));
            await().until(() -> worker.obstacle().isEmpty());
        }
    }

    /** Another member of the group; it joins when it is polled first, and takes part when it is polled. */
    private KafkaConsumer<byte[], byte[]> member() {
        Map<String, Object> settings = SharedCluster.settings().consumer(group);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        KafkaConsumer<byte[], byte[]> member =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        member.subscribe(List.of(Topics.SNAPSHOTS.name()));
        return member;
    }

    @Test
    void whatIsDoneOfABatchIsNotDoneAgainAfterARestart() throws Exception {
        String other = SharedCluster.keyOn(
                (RunPartitioner.partition(run, Topics.SNAPSHOTS.partitions()) + 1) % Topics.SNAPSHOTS.partitions(),
                Topics.SNAPSHOTS,
                run);
        // What other tests have left stands behind the group then.
        send(run, 0);
        send(other, 0);
        try (BatchWorker<ModelSnapshot> all = worker(step -> {})) {
            all.start();
            await().until(() -> committed(run) > lastOffset(run) && committed(other) > lastOffset(other));
        }
        send(run, 1);
        send(other, 2);
        List<Long> done = new CopyOnWriteArrayList<>();
        BatchWorker<ModelSnapshot> first = worker(step -> {
            if (!done.isEmpty()) {
                new CountDownLatch(1).await();
            }
            done.add(step);
        });
        first.start();
        await().until(() ->
                committed(done.equals(List.of(1L)) ? run : other) > lastOffset(done.equals(List.of(1L)) ? run : other));
        first.close();
        try (BatchWorker<ModelSnapshot> second = worker(done::add)) {
            second.start();
            await().during(Duration.ofSeconds(2)).until(() -> done.size() >= 2);
            assertEquals(List.of(1L, 2L), done.stream().sorted().toList());
        }
    }

    private List<Integer> partitionsOfMembers() throws Exception {
        List<Integer> counts = new ArrayList<>();
        admin.describeConsumerGroups(List.of(group))
                .all()
                .get()
                .get(group)
                .members()
                .forEach(member ->
                        counts.add(member.assignment().topicPartitions().size()));
        return counts;
    }

    @Test
    void whatCannotBeReadGoesToTheDeadLettersAndTheOthersAreWorkedOn() throws Exception {
        byte[] garbage = {1, 2, 3};
        SharedCluster.sendRaw(Topics.SNAPSHOTS.name(), run, garbage);
        send(run, 1);
        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> worker = worker(done::add)) {
            worker.start();
            await().until(() -> done.equals(List.of(1L)));
            await().until(() -> SharedCluster.records(Topics.SNAPSHOTS.deadLetterName(), run).stream()
                    .anyMatch(letter -> Arrays.equals(garbage, letter.value())));
        }
        assertArrayEquals(
                garbage,
                SharedCluster.records(Topics.SNAPSHOTS.deadLetterName(), run)
                        .get(0)
                        .value());
    }

    @Test
    void aRecordThatAlwaysFailsByItsOwnFaultGoesToTheDeadLettersAndThePartitionGoesOn() throws Exception {
        send(run, 1);
        send(run, 2);
        List<Long> tried = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            tried.add(step);
            if (step == 1) {
                throw new IllegalArgumentException("no such model");
            }
        })) {
            worker.start();
            awaitCommitted();
        }
        assertEquals(List.of(1L, 1L, 1L, 2L), tried);
        assertEquals(List.of("1: no such model"), givenUp);
        List<ConsumerRecord<byte[], byte[]>> letters = SharedCluster.records(Topics.SNAPSHOTS.deadLetterName(), run);
        assertEquals(1, letters.size());
        assertEquals("java.lang.IllegalArgumentException", header(letters.get(0), DeadLetterHeaders.EXCEPTION));
        assertEquals("no such model", header(letters.get(0), DeadLetterHeaders.MESSAGE));
        assertEquals(group, header(letters.get(0), DeadLetterHeaders.GROUP));
        assertArrayEquals(
                SharedCluster.records(Topics.SNAPSHOTS.name(), run).get(0).value(),
                letters.get(0).value());
    }

    /** The work ended by it, and was begun again every two seconds, without end. */
    @Test
    void anErrorOfTheMachineIsTriedAgainLikeAnyFailureOfTheEnvironment() throws Exception {
        send(run, 1);
        AtomicInteger tries = new AtomicInteger();
        List<Long> done = new CopyOnWriteArrayList<>();
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("direct buffer memory");
            }
            done.add(step);
        })) {
            worker.start();
            awaitCommitted();
            assertEquals(List.of(1L), done);
            assertEquals(List.of(), givenUp);
        }
    }

    /** Memory that there is not, or what has ended this process: it was tried three times, and three such made the service not ready. */
    @Test
    void whatTheProcessRefusesIsGivenUpAtOnceAndTheWorkerIsReady() throws Exception {
        List<Long> tried = new CopyOnWriteArrayList<>();
        for (long step = 1; step <= 4; step++) {
            send(run, step);
        }
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            tried.add(step);
            throw new RefusedException("it takes more memory than there is");
        })) {
            worker.start();
            awaitCommitted();
            assertEquals(Optional.empty(), worker.obstacle());
        }
        assertEquals(List.of(1L, 2L, 3L, 4L), tried);
        assertEquals(4, givenUp.size(), givenUp.toString());
        assertEquals(
                4, SharedCluster.records(Topics.SNAPSHOTS.deadLetterName(), run).size());
    }

    /** Each poll before the next failure looked as if the worker got on. */
    @Test
    void aWorkerThatPollsAndThenFailsEachTimeSaysSoUntilItIsPastIt() throws Exception {
        send(run, 1);
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            if (failing.fails()) {
                throw new AssertionError("an error that ends the work");
            }
        })) {
            worker.start();
            failing.isSaidUntilItIsMended(worker::obstacle);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void aFailureOfTheEnvironmentIsTriedLongerThanARecordsOwnAndLosesNothing() throws Exception {
        send(run, 1);
        AtomicInteger tries = new AtomicInteger();
        try (BatchWorker<ModelSnapshot> worker = worker(step -> {
            if (tries.incrementAndGet() < 5) {
                throw new IllegalStateException("not written", new IOException("No space left on device"));
            }
        })) {
            worker.start();
            awaitCommitted();
        }
        assertEquals(5, tries.get());
        assertEquals(List.of(), givenUp);
        assertEquals(List.of(), SharedCluster.records(Topics.SNAPSHOTS.deadLetterName(), run));
    }
}
