using Towpath.Benchmarks;
using Towpath.Benchmarks.CommandLine;
using Towpath.Benchmarks.Ecs;
using Towpath.Benchmarks.Nodes;
using Towpath.Benchmarks.StaticSite;
using Towpath.Benchmarks.Throughput;
using Towpath.Benchmarks.Webhooks;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

return args switch
{
    ["engine", .. var options] => await EngineBenchmark.RunAsync(options, interrupted.Token),
    ["cli", .. var options] => await CliBenchmark.RunAsync(options, interrupted.Token),
    ["ecs", .. var options] => await EcsBenchmark.RunAsync(options, interrupted.Token),
    ["static-site", .. var options] => await StaticSiteBenchmark.RunAsync(options, interrupted.Token),
    ["webhooks", .. var options] => await WebhookBenchmark.RunAsync(options, interrupted.Token),
    ["node", .. var options] => await NodeLoop.RunAsync(options, interrupted.Token),
    _ => Usage.Print(),
};
