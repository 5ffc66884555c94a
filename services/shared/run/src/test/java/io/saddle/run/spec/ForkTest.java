package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ForkTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Problem> problems = new ArrayList<>();

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void itIsTheRunsSpecificationWithTheLabelsOfNowAndItsModel() throws Exception {
        ObjectNode known =
                json("{'name':'r','priority':900,'labels':{'team':'then'},'initialModel':{'folder':'/m','sha256':'0'},"
                        + "'training':{'steps':20,'batchSize':8}}");
        Fork fork = new Fork("r", "best", true, json("{'training':{'steps':5}}"));
        assertEquals(
                json("{'name':'s','initialModel':{'folder':'run:r@best','optimizer':'keep'},"
                        + "'training':{'steps':5,'batchSize':8},'labels':{'team':'now'}}"),
                fork.specification(known, new TreeMap<>(Map.of("team", "now")), "s", problems));
        assertEquals("then", known.at("/labels/team").asText(), "that run is left alone");
        assertEquals(List.of(), problems);
    }

    @Test
    void aChangeOfLabelsIsOneLikeOthers() throws Exception {
        Fork fork = new Fork("r", "40", false, json("{'labels':{'team':'mine'}}"));
        assertEquals(
                json("{'name':'s','labels':{'team':'mine'},'initialModel':{'folder':'run:r@40'}}"),
                fork.specification(json("{'name':'r','labels':{'team':'then'}}"), Map.of(), "s", problems));
    }
}
