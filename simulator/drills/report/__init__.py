"""What a drill shows of itself: a console, a JUnit file and one page of HTML."""
