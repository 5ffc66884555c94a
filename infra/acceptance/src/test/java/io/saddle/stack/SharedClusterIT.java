package io.saddle.stack;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * The classes that leave broker and registry as they found them, in one JVM, which starts these once; each can also be run by
 * itself ({@code -Dit.test=...}).
 */
@Suite
@SelectClasses({LocalSetupIT.class, OldAndNewBuildsIT.class, ClusterUnderFaultsIT.class})
class SharedClusterIT {}
