package io.saddle.console;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** Tests of the other pages, with one console for all of them ({@link TogetherTest} says why). */
@Suite
@SelectClasses(
        names = {
            "io.saddle.console.ViewsTest",
            "io.saddle.console.PipelinePageTest",
            "io.saddle.console.RunListPageTest"
        })
class ViewsTogetherTest {}
