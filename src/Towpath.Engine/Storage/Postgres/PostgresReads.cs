using System.Data.Common;
using System.Threading.Channels;
using Npgsql;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>
/// Sends reads by a key that wait at the same time in one round trip: sending, waking up and a transaction of its own cost PostgreSQL and this process more than such a
/// read does. Each still sees what was there when it was asked for, since it is sent after that. Where one fails or waits, each is read alone.
/// </summary>
internal sealed class PostgresReads : IAsyncDisposable
{
    /// <summary>While one group is on its way the next one gathers; with more lanes there would be less in each.</summary>
    private const int Lanes = 2;
    private const int MostInGroup = 16;

    /// <summary>For what takes milliseconds. Where a table is locked, only those wait that read it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Channel<WaitingRead> _waiting = Channel.CreateUnbounded<WaitingRead>();
    private readonly PostgresConnections _connections;
    private readonly TimeProvider _time;
    private readonly Task _lanes;

    public PostgresReads(PostgresConnections connections, TimeProvider time)
    {
        (_connections, _time) = (connections, time);
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(RunAsync)));
    }

    /// <returns>The rows; null where they have to be read alone.</returns>
    public Task<List<T>?> ReadAsync<T>(Statement statement, Func<DbDataReader, T> map, Arg[] args, CancellationToken cancellationToken)
    {
        var waiting = new WaitingRead<T>(statement, map, args, cancellationToken);
        return _waiting.Writer.TryWrite(waiting) ? waiting.Rows.WaitAsync(cancellationToken) : Task.FromResult<List<T>?>(null);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _lanes;
    }

    private async Task RunAsync()
    {
        List<WaitingRead> group = [];
        while (await NextAsync() is { } first)
        {
            group.Clear();
            for (var next = first; next is not null; next = group.Count < MostInGroup && _waiting.Reader.TryRead(out var another) ? another : null)
                if (!next.IsGivenUp)
                    group.Add(next);
            if (group.Count > 0) await TogetherAsync(group);
        }
    }

    /// <summary>Wakes one lane, where waiting for something to read would wake them all.</summary>
    private async Task<WaitingRead?> NextAsync()
    {
        try
        {
            return await _waiting.Reader.ReadAsync();
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    private async Task TogetherAsync(List<WaitingRead> group)
    {
        HashSet<WaitingRead> answered = [];
        using var patience = new CancellationTokenSource(Patience, _time);
        try
        {
            await using var connection = await _connections.OpenAsync(CancellationToken.None);
            await using var batch = new NpgsqlBatch(connection);
            var alike = group.ToLookup(read => read.Question);
            foreach (var same in alike) batch.BatchCommands.Add(same.First().Command());
            await using var reader = await batch.ExecuteReaderAsync(patience.Token);
            foreach (var same in alike)
            {
                await same.First().TakeAsync(reader, same.Skip(1), patience.Token);
                answered.UnionWith(same);
                await reader.NextResultAsync(patience.Token);
            }
        }
        catch (StoreUnavailableException exception)
        {
            // Asking again for each would only take as long again.
            foreach (var read in group) read.Fail(exception);
        }
#pragma warning disable CA1031 // Each finds out alone whether it is its own.
        catch (Exception)
#pragma warning restore CA1031
        {
            foreach (var read in group.Except(answered)) read.Alone();
        }
    }
}

/// <summary>A read in a lane.</summary>
internal abstract class WaitingRead(Statement statement, Arg[] args, CancellationToken cancellationToken)
{
    /// <summary>Equal where the same is asked: what has no arguments.</summary>
    public object Question => args.Length == 0 ? statement : this;

    public bool IsGivenUp => cancellationToken.IsCancellationRequested;

    public NpgsqlBatchCommand Command()
    {
        var command = new NpgsqlBatchCommand(statement.Postgres);
        PostgresArguments.AddTo(command.Parameters, args);
        return command;
    }

    /// <summary>Takes the rows of its result, for the others that asked the same as well.</summary>
    public abstract Task TakeAsync(NpgsqlDataReader reader, IEnumerable<WaitingRead> others, CancellationToken cancellationToken);

    /// <summary>Nothing is known: it has to be read alone.</summary>
    public abstract void Alone();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class WaitingRead<T>(Statement statement, Func<DbDataReader, T> map, Arg[] args, CancellationToken cancellationToken) : WaitingRead(statement, args, cancellationToken)
{
    private readonly TaskCompletionSource<List<T>?> _rows = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null where it has to be read alone.</summary>
    public Task<List<T>?> Rows => _rows.Task;

    public override async Task TakeAsync(NpgsqlDataReader reader, IEnumerable<WaitingRead> others, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken)) rows.Add(map(reader));
        _rows.TrySetResult(rows);
        foreach (var other in others.Cast<WaitingRead<T>>()) other._rows.TrySetResult([.. rows]);
    }

    public override void Alone() => _rows.TrySetResult(null);

    public override void Fail(Exception exception) => _rows.TrySetException(exception);
}
