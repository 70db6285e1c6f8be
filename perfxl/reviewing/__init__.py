"""How the controller's review stands in the consolidated workbook, and how its rows are found and understood again."""
