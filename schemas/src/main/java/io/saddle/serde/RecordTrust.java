package io.saddle.serde;

import io.saddle.schema.EvaluatorAnnouncement;
import org.apache.avro.Conversion;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Permission for Avro to load the generated records and enums by the names that schemas give them, and no other class of
 * saddle's. Since 1.12.2 it trusts no application's classes by itself.
 *
 * <p>A conversion that converts nothing: Avro looks for conversions, as services, when it prepares a generated class. No other
 * place is passed before the first record, whether that one is read, written or only built.
 */
public final class RecordTrust extends Conversion<RecordTrust> {

    static {
        String records = EvaluatorAnnouncement.class.getPackageName();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(records)));
    }

    @Override
    public Class<RecordTrust> getConvertedType() {
        return RecordTrust.class;
    }

    @Override
    public String getLogicalTypeName() {
        return "saddle-record-trust";
    }
}
