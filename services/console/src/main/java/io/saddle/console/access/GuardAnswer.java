package io.saddle.console.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The refusal of a guard, which stands before the REST interface, in the form of that interface's errors (RFC 9457). */
final class GuardAnswer {

    private GuardAnswer() {}

    /** Ends the answer. */
    static void refuse(HttpServerResponse response, HttpResponseStatus status, String detail) {
        response.setStatusCode(status.code())
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", status.reasonPhrase())
                        .put("status", status.code())
                        .put("detail", detail)
                        .encode());
    }
}
