using System.Runtime.InteropServices;
using Towpath.Engine.Work;
using Towpath.KillHost;

// ask:  migrates, asks for versions and ends; nothing is worked on.
// run:  works until nothing is open, prints how many kill points it passed, and ends; or is killed.
// work: works until SIGTERM.
var settings = new HostSettings(args.Skip(1));
Directory.CreateDirectory(settings.Folder);
var points = new KillPoints(settings.KillAt);
await using var node = new Node(settings, points);
await node.PrepareAsync();
if (args[0] == "ask")
{
    await Scenario.AskAsync(node, settings);
    return;
}

await node.ServeAsync();
using var drain = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    drain.Cancel();
});
var working = node.Get<WorkNode>().RunAsync(drain.Token);
Console.WriteLine("works");
if (args[0] == "run")
{
    await Scenario.WaitForEndAsync(node);
    await drain.CancelAsync();
}

await working;
Console.WriteLine($"points={points.Count}");
