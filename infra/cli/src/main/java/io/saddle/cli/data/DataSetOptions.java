package io.saddle.cli.data;

import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.NoSuchDataSetException;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.TypeConversionException;

/** The data sets of the stack's artifact store; no stack need run. */
final class DataSetOptions {

    /** Reads what names a data set. */
    static final class Address implements ITypeConverter<DataSetAddress> {
        @Override
        public DataSetAddress convert(String text) {
            try {
                return DataSetAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Mixin
    private StackOptions stack;

    StoredDataSets sets() throws IOException {
        return new StoredDataSets(ArtifactStores.open(stack.settings().artifacts()));
    }

    /** A folder for what an import has done so far. */
    Path work(String name) {
        return stack.settings().home().data("imports").resolve(name);
    }

    /** @throws CommandException if there is no such data set or version */
    static Version find(StoredDataSets sets, DataSetAddress address) throws IOException {
        try {
            return sets.find(address);
        } catch (NoSuchDataSetException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }
}
