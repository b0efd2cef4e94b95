using System.Xml.Linq;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Sts;

/// <summary>Who calls, and sessions of roles. Source: AWS Security Token Service API Reference, version 2011-06-15.</summary>
internal sealed class StsService : QueryService
{
    public StsService(EmulatorWorld world) : base("sts", "https://sts.amazonaws.com/doc/2011-06-15/")
    {
        _ = world;
        On("GetCallerIdentity", static (_, caller) =>
            Result(new XElement("Arn", caller.Arn), new XElement("UserId", caller.UserId), new XElement("Account", caller.Account)));
    }
}
