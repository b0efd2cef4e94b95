using System.Globalization;
using Towpath.Benchmarks.Peers;

namespace Towpath.Benchmarks.Nodes;

/// <summary>The child's side: one command a line on standard input, answers and progress on standard output. Ends with its input.</summary>
internal static class NodeLoop
{
    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        await using INode node = options switch
        {
            ["towpath", var database, var slots] => new TowpathNode(database, Number(slots)),
            ["quartz-tuned", var database, var slots] => await QuartzNode.CreateAsync(database, Number(slots), QuartzForm.Tuned),
            ["quartz-once", var database, var slots] => await QuartzNode.CreateAsync(database, Number(slots), QuartzForm.Once),
            ["quartz-as-it-comes", var database, var slots] => await QuartzNode.CreateAsync(database, Number(slots), QuartzForm.AsItComes),
            _ => throw new ArgumentException("usage: bench node towpath|quartz-tuned|quartz-once|quartz-as-it-comes DATABASE SLOTS", nameof(options)),
        };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reporting = ReportAsync(node.Completions, ended.Token);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line && line != "quit")
        {
            await ObeyAsync(node, line.Split(' '), cancellationToken);
            Console.WriteLine("ok");
        }

        await ended.CancelAsync();
        await reporting;
        return 0;
    }

    private static async Task ObeyAsync(INode node, string[] words, CancellationToken cancellationToken)
    {
        switch (words)
        {
            case ["prepare"]: await node.PrepareAsync(cancellationToken); break;
            case ["request", var count]: await node.RequestAsync(Number(count), cancellationToken); break;
            case ["start"]: await node.StartAsync(cancellationToken); break;
            case ["stop"]: await node.StopAsync(cancellationToken); break;
            case ["request-slowly", var count, var gap]:
                for (var i = 0; i < Number(count); i++)
                {
                    await node.RequestOneAsync(i, cancellationToken);
                    await Clock.Wait(Number(gap), cancellationToken);
                }

                break;
            case ["instants"]:
                foreach (var (name, at) in node.Completions.Instants) Console.WriteLine($"instant {name} {at}");
                break;
            default: throw new ArgumentException($"no such command: {string.Join(' ', words)}", nameof(words));
        }
    }

    private static async Task ReportAsync(Completions completions, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), Clock.Time);
        var told = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var (count, last) = completions.Now;
                if (count == told) continue;
                Console.WriteLine($"done {count} {last}");
                told = count;
            }
        }
        catch (OperationCanceledException)
        {
            // The loop has ended.
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
