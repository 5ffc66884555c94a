package io.saddle.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** Results as JSON. */
public final class ResultJson {

    /** Indented, with times as text; what lacks something is refused, for a number that is not there would be 0. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private ResultJson() {}

    /** For a script element: '<' is escaped so that no text of a run can end it. */
    public static String forScript(Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsString(value).replace("<", "\\u003c");
    }
}
