package io.saddle.lab;

import io.saddle.cli.CommandExtension;
import io.saddle.lab.demo.DemoCommand;
import io.saddle.lab.experiment.ExperimentCommand;
import io.saddle.lab.soak.SoakCommand;
import java.util.List;

/** The lab's commands. */
public final class LabCommands implements CommandExtension {

    @Override
    public List<Class<?>> commands() {
        return List.of(DemoCommand.class, ExperimentCommand.class, BenchCommand.class, SoakCommand.class);
    }
}
