namespace Towpath.AwsEmulator.Estates;

/// <summary>Where the estate of an emulator is.</summary>
public static class EstateOfWorld
{
    public static Estate Estate(this EmulatorWorld world) => world.State.Of(static made => new Estate(made.Time));

    public static Estate Estate(this Emulator emulator) => emulator.World.Estate();
}
