using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Estates;

/// <summary>A JSON service whose calls look at or change what the caller's account has in the caller's region.</summary>
internal abstract class EstateService(EmulatorWorld world, string signingName, string version = "1.1") : JsonService(signingName, version)
{
    protected void Do(string operation, Func<Region, JsonObject, JsonObject> handle) => On(operation, (input, caller) =>
    {
        try
        {
            return world.Estate().Look(estate => handle(estate.In(caller.Account, caller.Region), input));
        }
        catch (FormatException wrong)
        {
            throw new AwsFault("InvalidParameterException", wrong.Message);
        }
    });
}
