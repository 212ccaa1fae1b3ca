using Xunit;

// Each test drives servers that use every core there is; side by side they would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
