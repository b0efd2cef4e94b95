
namespace Towpath.Engine.Tests.Simulation;

/// <summary>
/// One run: three nodes with the real engine over one store and one world, people who ask, approve, lock and cancel, and chaos that kills,
/// pauses and cuts off; then calm, in which everything must come to an end.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private const int Nodes = 3;
    private static readonly TimeSpan Stormy = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(20);

    private readonly SimNode?[] _nodes = new SimNode?[Nodes];
    private readonly List<SimNode> _all = [];
    private readonly SimProcess _chaos;
    private int _starts;

    public SimulationRun(int seed)
    {
        Scheduler = new SimScheduler(seed);
        Store = new ModelStore(Scheduler.Time);
        Feeds = new SimFeeds(Scheduler, Faults);
        Referee = new Referee(Scheduler, Store);
        World = new World(Scheduler, Referee);
        People = new People(this, new SimNode(this, "people"));
        _all.Add(People.Node);
        _chaos = new SimProcess(Scheduler, "chaos");
        // Each seed has its own weather.
        Faults.Pause = process => _chaos.Post(_ => _ = _nodes.FirstOrDefault(n => n?.Process == process) is { } node ? PauseAsync(node) : Task.CompletedTask, null);
        Faults.Interfere = key => People.Node.Process.Post(_ => _ = People.InterfereAsync(key), null);
        Faults.Interference = Scheduler.Random.NextDouble() * 0.1;
        Faults.PausesBeforeEffects = Scheduler.Random.NextDouble() * 0.1;
        (Faults.Refusals, Faults.LostAnswers, Faults.LostNotices) = (Scheduler.Random.NextDouble() * 0.03, Scheduler.Random.NextDouble() * 0.02, Scheduler.Random.NextDouble() * 0.5);
        (StepFaults.Errors, StepFaults.Failures, StepFaults.Waits) = (Scheduler.Random.NextDouble() * 0.3, Scheduler.Random.NextDouble() * 0.1, Scheduler.Random.NextDouble() * 0.4);
    }

    public SimScheduler Scheduler { get; }

    public ModelStore Store { get; }

    public SimFaults Faults { get; } = new();

    public StepFaults StepFaults { get; } = new();

    public SimFeeds Feeds { get; }

    public Referee Referee { get; }

    public World World { get; }

    public People People { get; }

    public int Kills { get; private set; }

    public int Pauses { get; private set; }

    public void Run()
    {
        for (var i = 0; i < Nodes; i++) StartNode(i);
        Task people = Task.CompletedTask, chaos = Task.CompletedTask;
        People.Node.Process.Post(_ => people = People.LiveAsync(), null);
        _chaos.Post(_ => chaos = ChaosAsync(Scheduler.Now + Stormy), null);
        RunUntil(Scheduler.Now + Stormy + TimeSpan.FromMinutes(2));
        Must(people, "people");
        Must(chaos, "chaos");
        CalmDown();
        Task? settling = null;
        People.Node.Process.Post(_ => settling = People.SettleAsync(), null);
        var limit = Scheduler.Now + Calm;
        while (settling is not { IsCompleted: true } && Scheduler.Step(limit))
        {
            // Until everything has come to its end.
        }

        Must(settling!, "settling");
        foreach (var node in _nodes) if (node!.Running.IsCompleted) Referee.Complaints.Add($"the loop of {node.Process.Name} ended: {node.Running.Exception}");
        if (Scheduler.LeftAt is { } left) Referee.Complaints.Add($"code left the simulation's thread: {left}");
        FinalChecks.Run(this);
    }

    public void Dispose()
    {
        foreach (var node in _all) node.Dispose();
    }

    private void RunUntil(DateTimeOffset until)
    {
        while (Scheduler.Step(until))
            if (Referee.Complaints.Count > 20) return;
    }

    private void Must(Task task, string what)
    {
        if (!task.IsCompletedSuccessfully) Referee.Complaints.Add($"{what} did not come to an end: {task.Exception}");
    }

    private void StartNode(int slot)
    {
        var node = new SimNode(this, $"node-{slot}.{++_starts}");
        _all.Add(node);
        _nodes[slot] = node;
        Referee.Note($"{node.Process.Name} starts");
        node.Start();
    }

    private async Task ChaosAsync(DateTimeOffset until)
    {
        while (Scheduler.Now < until)
        {
            await Task.Delay(Scheduler.Between(500, 25_000), _chaos.Time);
            await StrikeAsync(Scheduler.Random.Next(Nodes), Scheduler.Random.Next(6));
        }
    }

    private async Task StrikeAsync(int slot, int kind)
    {
        if (_nodes[slot] is not { Process.Paused: false } node) return;
        switch (kind)
        {
            case 0 or 1: await KillAsync(slot, node); break;
            case 2: await PauseAsync(node); break;
            case 3: await LoseSessionAsync(node); break;
            case 4: await RollAsync(slot, node); break;
            default: await OutageAsync(); break;
        }
    }

    private async Task KillAsync(int slot, SimNode node)
    {
        Kills++;
        Referee.Note($"kill {node.Process.Name}");
        node.Process.Kill();
        _nodes[slot] = null;
        await Task.Delay(Scheduler.Between(0, 2000), _chaos.Time);
        // Mostly the database notices the death at once; sometimes only the lease ends.
        if (Scheduler.Chance(0.7)) node.Store.Session?.Vanish();
        await Task.Delay(Scheduler.Between(0, 10_000), _chaos.Time);
        StartNode(slot);
    }

    private async Task PauseAsync(SimNode node)
    {
        if (node.Process.Paused) return;
        Pauses++;
        Referee.Note($"pause {node.Process.Name}");
        node.Process.Paused = true;
        await Task.Delay(Scheduler.Between(1000, 45_000), _chaos.Time);
        var lost = Scheduler.Chance(0.3) ? node.Store.Session : null;
        lost?.Vanish();
        Resume(node);
        if (lost is not null) node.Process.Post(_ => lost.Notice(), null);
    }

    private void Resume(SimNode node)
    {
        Referee.Note($"resume {node.Process.Name}");
        node.Process.Paused = false;
        // Whatever is ready in it now was so before; calls checked then may leave in the next moments.
        node.Process.DisturbedAt = Scheduler.Now + TimeSpan.FromSeconds(5);
    }

    private async Task LoseSessionAsync(SimNode node)
    {
        if (node.Store.Session is not { } session) return;
        Referee.Note($"{node.Process.Name} loses its session");
        node.Process.DisturbedAt = Scheduler.Now + TimeSpan.FromSeconds(10);
        session.Vanish();
        await Task.Delay(Scheduler.Between(0, 3000), _chaos.Time);
        node.Process.Post(_ => session.Notice(), null);
    }

    /// <summary>A rolling restart: the node drains, ends, and another comes.</summary>
    private async Task RollAsync(int slot, SimNode node)
    {
        Referee.Note($"drain {node.Process.Name}");
        node.Drain();
        var patience = Scheduler.Now + TimeSpan.FromSeconds(60);
        while (!node.Running.IsCompleted && Scheduler.Now < patience) await Task.Delay(TimeSpan.FromMilliseconds(200), _chaos.Time);
        if (!node.Running.IsCompletedSuccessfully) Referee.Complaints.Add($"{node.Process.Name} did not drain: {node.Running.Exception}");
        node.Process.Kill();
        StartNode(slot);
    }

    private async Task OutageAsync()
    {
        var length = Scheduler.Between(500, 30_000);
        Referee.Note($"the store is gone for {length}");
        Faults.OutageUntil = Scheduler.Now + length;
        foreach (var node in _nodes)
            if (node is not null) node.Process.DisturbedAt = Faults.OutageUntil + TimeSpan.FromSeconds(5);
        await Task.Delay(length, _chaos.Time);
    }

    private void CalmDown()
    {
        Referee.Note("calm");
        Faults.Stop();
        StepFaults.Stop();
        for (var i = 0; i < Nodes; i++)
        {
            if (_nodes[i] is null) StartNode(i);
            else if (_nodes[i]!.Process.Paused) Resume(_nodes[i]!);
        }
    }
}
