global using Gatehouse.Server.Users;
