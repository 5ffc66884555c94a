package io.saddle.cli;

import java.util.List;

/** Commands that another module adds to the command line, found by {@link java.util.ServiceLoader} where its jar is there. */
public interface CommandExtension {

    /** Classes annotated as commands, each with a constructor without parameters, in the order in which help lists them. */
    List<Class<?>> commands();
}
