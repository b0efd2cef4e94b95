using Towpath.AwsEmulator.Ssm;

namespace Towpath.AwsEmulator.Estates;

/// <summary>Where the estate of an emulator is.</summary>
public static class EstateOfWorld
{
    public static Estate Estate(this EmulatorWorld world) => world.State.Of(static made => new Estate(made.Time)
    {
        HasParameter = (account, region, name) => made.State.Of<SsmState>().ValueOf(account, region, name) is not null,
    });

    public static Estate Estate(this Emulator emulator) => emulator.World.Estate();
}
