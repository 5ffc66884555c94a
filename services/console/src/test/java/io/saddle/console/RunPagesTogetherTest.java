package io.saddle.console;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** Tests of a run's page, with one console for all of them ({@link TogetherTest} says why). */
@Suite
@SelectClasses(
        names = {"io.saddle.console.RunPageTest", "io.saddle.console.RunDialogsTest", "io.saddle.console.LivePageTest"})
class RunPagesTogetherTest {}
