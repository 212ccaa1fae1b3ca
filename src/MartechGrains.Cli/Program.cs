System.Console.WriteLine("martech");
