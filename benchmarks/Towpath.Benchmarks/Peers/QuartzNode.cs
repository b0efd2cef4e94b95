using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Quartz;
using Towpath.Benchmarks.Nodes;

namespace Towpath.Benchmarks.Peers;

/// <summary>What of Quartz.NET stands beside us.</summary>
internal enum QuartzForm
{
    /// <summary>
    /// Tuned as we are: a whole pool's triggers acquired in one round, a short idle wait; the database beneath it set up as our store
    /// sets up its own: prepared statements, no reset of sessions, write-ahead log. One firing per step.
    /// </summary>
    Tuned,

    /// <summary>The same with one firing for all steps, which saves nothing on the way: an interrupted deployment begins again.</summary>
    Once,

    /// <summary>One firing per step, and all settings of scheduler and database as they come.</summary>
    AsItComes,
}

/// <summary>
/// One Quartz.NET scheduler with as many threads as we have slots, and no misfires; clustered on PostgreSQL, since our leases cannot be turned
/// off either. One trigger per deployment, which fires once per step, so that a deployment which is interrupted goes on at its step, as
/// ours does; or once for all of them.
/// </summary>
internal sealed class QuartzNode : INode
{
    private readonly IScheduler _scheduler;
    private readonly int _firings;
    private int _triggers;

    private QuartzNode(IScheduler scheduler, int firings) => (_scheduler, _firings) = (scheduler, firings);

    public Completions Completions => PeerJob.Completions;

    public static async Task<QuartzNode> CreateAsync(string database, int slots, QuartzForm form)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz => Configure(quartz, database, slots, form != QuartzForm.AsItComes)).BuildScheduler();
        return new QuartzNode(scheduler, form == QuartzForm.Once ? 1 : Work.Steps);
    }

    /// <summary>One durable job per environment: its class forbids it to run beside itself.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Work.Environments; i++)
            await _scheduler.AddJob(JobBuilder.Create<PeerJob>().WithIdentity(JobOf(i)).StoreDurably().Build(), new AddJobOptions { Replace = true }, cancellationToken);
    }

    public async Task RequestAsync(int count, CancellationToken cancellationToken)
    {
        // Later rounds of the same jobs start later, so that a batch finds triggers of different jobs side by side.
        var from = Clock.Time.GetUtcNow();
        await Parallel.ForAsync(0, count, Work.Requesters(cancellationToken), async (i, stop) =>
            await _scheduler.ScheduleJob(Trigger(i, from.AddMilliseconds(i / Work.Environments)), cancellationToken: stop));
    }

    public async Task RequestOneAsync(int number, CancellationToken cancellationToken)
    {
        var trigger = Trigger(number, Clock.Time.GetUtcNow());
        await _scheduler.ScheduleJob(trigger, cancellationToken: cancellationToken);
        Completions.Instants[$"{trigger.Key.Name}.requested"] = Clock.Now;
    }

    public async Task StartAsync(CancellationToken cancellationToken) => await _scheduler.Start(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken) => await _scheduler.Standby(cancellationToken);

    public async ValueTask DisposeAsync() => await _scheduler.Shutdown(waitForJobsToComplete: true);

    private ITrigger Trigger(int number, DateTimeOffset at) => TriggerBuilder.Create()
        .WithIdentity(string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}-{Interlocked.Increment(ref _triggers)}"))
        .ForJob(JobOf(number % Work.Environments)).StartAt(at)
        .WithSimpleSchedule(schedule => schedule.WithRepeatCount(_firings - 1).WithInterval(TimeSpan.FromMilliseconds(1)).WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires)).Build();

    private static JobKey JobOf(int environment) => new(string.Create(CultureInfo.InvariantCulture, $"env{environment}"));

    private static void Configure(IQuartzBuilder quartz, string database, int slots, bool tuned)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = "bench";
            if (!tuned) return;
            scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
            scheduler.MaxBatchSize = slots;
            scheduler.BatchTriggerAcquisitionFireAheadTimeWindow = TimeSpan.FromMilliseconds(100);
            scheduler.PropagateTraceContext = false;
        });
        quartz.UseDefaultThreadPool(slots);
        quartz.UsePersistentStore(store =>
        {
            store.ProvisionSchema();
            store.UseSystemTextJsonSerializer();
            store.ConfigureStore(options => options.MisfireThreshold = TimeSpan.FromMinutes(10));
            if (database.StartsWith("sqlite:", StringComparison.Ordinal))
            {
                store.UseSqlite(SqliteFactory.Instance, SqliteFile(database["sqlite:".Length..], tuned));
                return;
            }

            store.UsePostgres(NpgsqlFactory.Instance, database + (tuned ? ";Maximum Pool Size=60;Max Auto Prepare=200;Auto Prepare Min Usages=2;No Reset On Close=true" : ""));
            store.UseClustering();
        });
    }

    /// <summary>The same library and the same durability as ours: synchronous=FULL is the default. The journal's mode stays with the file.</summary>
    private static string SqliteFile(string path, bool tuned)
    {
        SystemSqlite.Load();
        var address = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;
        if (!tuned) return address;
        using var connection = new SqliteConnection(address);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
        return address;
    }
}

[DisallowConcurrentExecution]
internal sealed class PeerJob : IJob
{
    public static Completions Completions { get; } = new();

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        Completions.Instants.TryAdd($"{context.Trigger.Key.Name}.started", Clock.Now);
        var trigger = (ISimpleTrigger)context.Trigger;
        var steps = Work.Steps / (trigger.RepeatCount + 1);
        for (var step = 0; step < steps; step++) await Task.Delay(Work.Step, Clock.Time, cancellationToken);
        if (trigger.TimesTriggered > trigger.RepeatCount) Completions.Add();
    }
}
