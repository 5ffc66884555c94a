package io.saddle.console;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** Tests of what is asked for without a browser, with one console for all of them ({@link TogetherTest} says why). */
@Suite
@SelectClasses(
        names = {
            "io.saddle.console.RunsResourceTest",
            "io.saddle.console.PipelinesResourceTest",
            "io.saddle.console.RunLifecycleResourceTest",
            "io.saddle.console.ConstraintsResourceTest",
            "io.saddle.console.RunMetricsTest",
            "io.saddle.console.SlotsResourceTest",
            "io.saddle.console.DataSetsResourceTest",
            "io.saddle.console.ModelsResourceTest",
            "io.saddle.console.AuditResourceTest",
            "io.saddle.console.ApiDescriptionTest",
            "io.saddle.console.AbsencesTest",
            "io.saddle.console.LeftTransactionsTest"
        })
class ResourcesTogetherTest {}
