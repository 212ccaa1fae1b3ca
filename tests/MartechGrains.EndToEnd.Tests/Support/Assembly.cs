using Xunit;

// Three at a time: most tests wait for processes, sockets and disks about half of their time.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
