package io.saddle;

import io.saddle.demo.AuditIT;
import io.saddle.demo.EvaluatorInJavaScriptIT;
import io.saddle.demo.LatentLoopIT;
import io.saddle.demo.NotificationIT;
import io.saddle.demo.PipelineIT;
import io.saddle.demo.StudyIT;
import io.saddle.demo.WholeLoopIT;
import io.saddle.doctor.DoctorIT;
import io.saddle.monitoring.MonitoringIT;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** The classes that use {@link io.saddle.tool.SharedStack}, in one JVM; each can also be run by itself ({@code -Dit.test=...}). */
@Suite
@SelectClasses({
    WholeLoopIT.class,
    LatentLoopIT.class,
    NotificationIT.class,
    PipelineIT.class,
    StudyIT.class,
    AuditIT.class,
    EvaluatorInJavaScriptIT.class,
    DoctorIT.class,
    MonitoringIT.class
})
class SharedStackIT {}
