package io.saddle.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.topic.Topic;

/** The senders and receivers of each topic; each operation is named SERVICE.ACTION.CHANNEL and tagged with its service. */
final class Operations {

    private static final String SEND = "send";
    private static final String RECEIVE = "receive";

    private Operations() {}

    static void put(ObjectNode operations, Topic<?> topic) {
        String message = TopicChannels.messageName(topic);
        for (String service : topic.writers()) {
            put(operations, service, SEND, topic.name(), message, service + " writes " + message);
        }
        for (String service : topic.readers()) {
            put(operations, service, RECEIVE, topic.name(), message, service + " reads " + message);
        }
        for (String service : topic.rebuilders()) {
            String summary = service + " reads the past of " + topic.name() + " when its own state is lost";
            put(operations, service, RECEIVE, topic.name(), message, summary);
        }
    }

    static void putDeadLetters(ObjectNode operations, Topic<?> topic) {
        for (String service : topic.readers()) {
            String summary = service + " keeps what it could not read or handle of " + topic.name();
            put(operations, service, SEND, topic.deadLetterName(), DeadLetterChannels.MESSAGE, summary);
        }
    }

    private static void put(
            ObjectNode operations, String service, String action, String channel, String message, String summary) {
        ObjectNode operation = operations.putObject(service + "." + action + "." + channel);
        operation.put("action", action);
        operation.putObject("channel").put("$ref", "#/channels/" + channel);
        operation.put("summary", summary);
        operation.putArray("tags").addObject().put("name", service);
        operation.putArray("messages").addObject().put("$ref", "#/channels/" + channel + "/messages/" + message);
    }
}
