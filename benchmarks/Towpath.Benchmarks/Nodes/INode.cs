namespace Towpath.Benchmarks.Nodes;

/// <summary>One process of an engine under test, told what to do by <see cref="NodeLoop"/>.</summary>
internal interface INode : IAsyncDisposable
{
    Completions Completions { get; }

    /// <summary>Makes the schema and whatever stands before the first deployment.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Saves so many deployments of five steps of 10 ms, spread evenly over the environments.</summary>
    Task RequestAsync(int count, CancellationToken cancellationToken);

    /// <summary>Requests one deployment and notes when its request was committed.</summary>
    Task RequestOneAsync(int number, CancellationToken cancellationToken);

    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(CancellationToken cancellationToken);
}

internal static class Work
{
    public const int Steps = 5;
    public const int Environments = 50;
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static ParallelOptions Requesters(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
}
