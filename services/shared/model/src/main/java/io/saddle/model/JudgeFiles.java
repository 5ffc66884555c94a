package io.saddle.model;

import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.model.data.DataRoots;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The TorchScript files that specifications name as judges. They are programs: they are read from the roots alone, and only those that
 * have the SHA-256 of their description and of the run.
 *
 * @param roots folders that they may lie under
 */
public record JudgeFiles(DataRoots roots) {

    /**
     * A file as it is now; the program is read for its SHA-256, and not run.
     *
     * @throws IOException naming the file, if it is outside the roots, is not the one that its description is about, or what of the
     *     description is missing or wrong
     */
    public RunSpec.Judge found(String file) throws IOException {
        TorchScriptFile program = described(file);
        program.requireItsSha256();
        return new RunSpec.Judge(program.file().toString(), program.sha256());
    }

    /**
     * The file that a run was submitted with.
     *
     * @throws IOException naming the file, if it has changed since, or as {@link #found}
     */
    public TorchScriptFile unchanged(RunSpec.Judge judge) throws IOException {
        TorchScriptFile program = described(judge.file());
        if (judge.sha256() == null) {
            throw new IOException(program.file() + ": its sha256 does not stand in the run; submit it again");
        }
        if (!program.sha256().equals(judge.sha256())) {
            throw new IOException(program.file() + " has changed since the run was submitted: its description has the"
                    + " sha256 " + program.sha256() + ", it was " + judge.sha256());
        }
        program.requireItsSha256();
        return program;
    }

    /** What lies beside a program is somebody's as the program is: that it may not be read is their fault, and of no disk. */
    private TorchScriptFile described(String file) throws IOException {
        Path program = roots.path(file);
        roots.path(TorchScriptFile.json(program).toString());
        TorchScriptFile described = TorchScriptFile.open(program);
        if (described.head().isPresent()) {
            roots.path(described.head().get().toString());
        }
        return described;
    }
}
