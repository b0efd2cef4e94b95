using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Work;

/// <summary>Tests with nodes of the engine over one database each.</summary>
public abstract class OnEngine(Func<Task<Func<IStore>>> database)
{
    protected const int Limit = 180_000;

    private protected async Task<EngineWorld> BeginAsync(EngineOptions? options = null, int nodes = 1, bool idle = false)
    {
        var engine = new EngineWorld(await database());
        for (var i = 0; i < nodes; i++) await engine.StartAsync(options, idle);
        return engine;
    }
}
